r"""A cell of width $h$ holds the weight $w = h\,p$. From $p^{\alpha-1} = (\alpha-1)(f - \tau)$
follows $w^{\alpha-1} = (\alpha-1)(h^{\alpha-1} f - h^{\alpha-1}\tau)$, which is entmax with scores
$h^{\alpha-1} f$. The power vanishes at $\alpha = 1$, which is why nobody notices it with softmax.
So $f$ and $\tau$ are in the unit of $p^{\alpha-1}$, seconds to the power $1 - \alpha$: a number
that is right for samples ten milliseconds apart is wrong at any other rate.
"""

from attnkit import entmax


def grid_density(score, spacing, alpha):
    return entmax(spacing ** (alpha - 1) * score, alpha) / spacing
