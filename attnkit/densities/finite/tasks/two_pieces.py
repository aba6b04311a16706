"""How steep a score with two peaks must be before attention falls in two."""

import torch

from attnkit.coursework import Task, law
from attnkit.densities.finite import entmax

__all__ = ["TWO_PIECES"]

SPACING = 0.01
PLACES = SPACING * torch.arange(-1000, 1001, dtype=torch.float64)


def landscapes(generator, variant):
    """Two hills each, some equal and some not, with the level of the valley between them."""
    for apart, second in ((variant["apart"], 1.0), (2.8, 0.8), (5.0, 0.9)):
        for alpha in (variant["alpha"], 2.0, 3.0):
            hills = [
                height * torch.exp(-(PLACES - side * apart / 2).square() / 2)
                for side, height in ((-1, 1.0), (1, second))
            ]
            shape = sum(hills)
            between = shape[PLACES.abs() < apart / 2]
            yield {"shape": shape, "valley": between.min().item(), "alpha": alpha}


def _pieces(shape, height, alpha):
    """Number of runs of positive density, from entmax of the scores in units of the grid."""
    inside = entmax(SPACING ** (alpha - 1) * height * shape, alpha) > 0
    return int(inside[0]) + int((inside[1:] & ~inside[:-1]).sum())


@law("a height", "The critical height is positive and finite.", cases=landscapes)
def a_height(answer, shape, valley, alpha):
    if not 0 < answer(shape, SPACING, valley, alpha) < float("inf"):
        return "what came back is not a positive, finite number"
    return None


@law("one piece below", "At a lower height the support is in one piece.", cases=landscapes)
def one_piece_below(answer, shape, valley, alpha):
    if _pieces(shape, 0.98 * answer(shape, SPACING, valley, alpha), alpha) > 1:
        return "two per cent below your height the support is in two already: it is too large"
    return None


@law("two pieces above", "At a larger height the support is in two pieces.", cases=landscapes)
def two_pieces_above(answer, shape, valley, alpha):
    if _pieces(shape, 1.02 * answer(shape, SPACING, valley, alpha), alpha) < 2:
        return "two per cent above your height the support is still in one piece: it is too small"
    return None


TWO_PIECES = Task(
    name="two-pieces",
    title="When attention falls in two",
    kind="predict",
    difficulty=3,
    minutes=35,
    statement=r"""
A score has two hills: $f = H g$, with a fixed shape $g$ and a height $H > 0$. While $H$ is small
the density of $\alpha$-attention covers both hills and the valley between them. Predict the height
at which the valley is left out and the support falls in two pieces. Write
`critical_height(shape, spacing, valley, alpha)`: `shape` holds $g$ on an even grid, `valley` is
the value of $g$ at the bottom of the valley, $\alpha > 1$. No search over $H$ is needed: there is
a formula with one integral. Then measure, for two hills {apart} apart at $\alpha = {alpha}$:
normalise $Hg$ with `attnkit.densities.threshold_normalised` a little below and a little above your
height and count the pieces.
""",
    hints=(
        "What is true of the threshold at the very moment at which the valley runs dry?",
        "Write mass one for $f = Hg$ with that threshold put in. Is there any unknown left but "
        "$H$?",
        "$H$ stands in front of the bracket and comes out of the integral as a power. The "
        "remaining integral is over all places that are higher than the valley.",
    ),
    placeholder='''
def critical_height(shape, spacing, valley, alpha):
    """The height at which the support of the score height * shape (point,) falls in two."""
    return float("nan")
''',
    laws=(a_height, one_piece_below, two_pieces_above),
    variants={"alpha": (1.5, 2.0, 1.75), "apart": (4.0, 3.5, 4.5)},
)
