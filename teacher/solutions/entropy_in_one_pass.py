r"""Let $d = m_1 - m \le 0$. Relative to $m$ the third sum of the first part is
$\sum_j (s_j - m_1 + d)\,e^{s_j - m_1 + d} = e^d (t_1 + d\,u_1)$: a factor as in the second sum, and
the summand $d\,u_1$, since the difference in front of the exponential moves too. Without it the
entropy is right only where both parts have the same maximum.

For the part of no key $d$ is $-\infty$ and $u$ zero: their product, NaN, must not be formed."""

import torch


def merge_with_entropy(one, other):
    """Each part's sums seen from the larger maximum, then added."""
    top = torch.maximum(one[0], other[0])
    drops = torch.stack([one[0], other[0]]) - top
    drops = torch.where(torch.stack([one[1], other[1]]) > 0, drops, 0.0)
    first, second = (
        torch.exp(drop) * torch.stack([part[1], part[2] + drop * part[1]])
        for drop, part in zip(drops, (one, other), strict=True)
    )
    return torch.cat([top[None], first + second])
