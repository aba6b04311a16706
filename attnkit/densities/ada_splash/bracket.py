"""Between which two numbers the threshold of a row must lie, before and after one histogram."""

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.masks import Mask, require_mask
from attnkit.precision import widened
from attnkit.validate import is_traced, require_finite

__all__ = [
    "Alpha",
    "Bracket",
    "Heights",
    "histogram_bracket",
    "mass_above",
    "scaled",
    "wide_bracket",
]

Alpha = Annotated[float, Range(1.01, 2.0)]
Heights = Annotated[Float[Tensor, "*batch key"], Finite(minus_inf=True)]
_HALVINGS = 60
"""Of the histogram's interval, in float64: no pass over the keys."""


@dataclass(frozen=True, eq=False)
class Bracket:
    """Two numbers for each row, (..., 1), with the threshold between them."""

    low: Float[Tensor, "*batch 1"]
    high: Float[Tensor, "*batch 1"]

    @property
    def middle(self) -> Float[Tensor, "*batch 1"]:
        """Half way between the two."""
        return (self.low + self.high) / 2


@checked
def scaled(
    scores: Float[Tensor, "*batch key"], alpha: Alpha, mask: Mask | None = None
) -> Float[Tensor, "*batch key"]:
    r"""Return heights: scores in the unit of the threshold, with the best at zero.

    .. math:: h_i = (\alpha - 1)(z_i - \max_j z_j), \qquad
              p_i = [h_i - \tau]_+^{1/(\alpha - 1)}

    Parameters
    ----------
    scores : Tensor
        (..., key); a score of -inf is that of a masked key.
    alpha : float
        From 1.01 to 2.
    mask : Tensor or None
        Boolean, broadcasts to the scores; true where a key may be attended.

    Returns
    -------
    Tensor
        (..., key) in at least float32, -inf for a masked key.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf where a key is attended, alpha out of range, a mask that does not fit.

    References
    ----------
    Goncalves et al. 2025, arXiv:2502.12082; the best score as zero is ours.
    """
    if mask is not None:
        scores = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if not scores.shape[-1]:
        return wide
    best = wide.amax(-1, keepdim=True)
    require_finite("scores", best.detach(), allow_minus_inf=True)
    best = best.clamp(min=torch.finfo(wide.dtype).min)
    return (alpha - 1) * (wide - best)


@checked
def wide_bracket(heights: Heights, alpha: Alpha) -> Bracket:
    r"""Return what is known of the threshold before any key but the best was looked at.

    .. math:: -1 \le \tau \le -n^{1 - \alpha}

    At the lower end the best key alone has a weight of one; at the upper one n keys, all as good
    as the best, would share it.

    Parameters
    ----------
    heights : Tensor
        (..., key), from `scaled`: the best of a row is zero.
    alpha : float
        From 1.01 to 2.

    Returns
    -------
    Bracket
        Two ends for each row.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf, alpha out of range.

    References
    ----------
    Peters et al. 2019, "Sparse sequence-to-sequence models", for bisection between these ends.
    """
    low = heights.new_full((*heights.shape[:-1], 1), -1.0)
    return Bracket(low, low * max(heights.shape[-1], 1) ** (1 - alpha))


@checked
def histogram_bracket(
    heights: Heights, alpha: Alpha, n_bins: Annotated[int, Range(1, 2**16)] = 8
) -> Bracket:
    r"""Return a bracket of width one over the number of bins, from one count of the keys.

    .. math:: \begin{aligned}
              \tilde h_i &= \frac{\lfloor m\, h_i \rfloor}{m}, \qquad
              \sum_{b=0}^{m} c_b \left[-\tfrac{b}{m} - \tau_0\right]_+^{1/(\alpha - 1)} = 1, \\
              \tau_0 &\le \tau \le \tau_0 + \tfrac1m
              \end{aligned}

    Heights rounded down by less than one bin have a threshold that is lower by less than one bin.
    That of the rounded row needs the counts only. Keys below -1 have no weight, rounded or not.

    Parameters
    ----------
    heights : Tensor
        (..., key), from `scaled`: the best of a row is zero.
    alpha : float
        From 1.01 to 2.
    n_bins : int
        How many bins there are, m, from 1 to 65,536.

    Returns
    -------
    Bracket
        Two ends for each row; those of a row without a key mean nothing.

    Raises
    ------
    ValueError, TypeError
        NaN, a height above zero, numbers out of range.

    References
    ----------
    Goncalves et al. 2026, arXiv:2604.15180, and the authors' code; the bound is derived here.
    """
    _require_none_above_zero(heights)
    wide_heights = widened(heights)
    edges = -torch.arange(n_bins + 1, dtype=wide_heights.dtype, device=heights.device) / n_bins
    bins = torch.where(heights >= -1, -torch.floor(heights * n_bins), n_bins + 1.0).long()
    counts = wide_heights.new_zeros(*heights.shape[:-1], n_bins + 2)
    counts = counts.scatter_add(-1, bins, torch.ones_like(wide_heights))[..., :-1]
    wide = wide_bracket(wide_heights, alpha)
    low, high = wide.low, torch.zeros_like(wide.low)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = mass_above(edges - middle, alpha, counts) >= 1
        low, high = middle.where(below, low), high.where(below, middle)
    low = low.to(heights.dtype)
    return Bracket(low, (low + 1 / n_bins).clamp(max=wide.high.to(heights.dtype)))


def _require_none_above_zero(heights: Tensor) -> None:
    if not is_traced(heights) and bool((heights > 0).any()):
        raise ValueError(f"heights must be at most 0, as `scaled` has them, got {heights.max():g}")


def mass_above(excess: Tensor, alpha: float, counts: Tensor | float = 1.0) -> Tensor:
    """Sum of the weights of keys so far above a threshold."""
    return (counts * excess.clamp(min=0) ** (1 / (alpha - 1))).sum(-1, keepdim=True)
