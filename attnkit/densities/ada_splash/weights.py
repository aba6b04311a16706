"""Sparse weights by a histogram and a few passes over the keys."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities.ada_splash.bracket import Alpha, histogram_bracket, scaled
from attnkit.densities.ada_splash.passes import thresholds
from attnkit.densities.ada_splash.rules import halley, newton, sums_at
from attnkit.masks import Mask
from attnkit.precision import outside_autocast

__all__ = ["ada_splash_weights"]

_BENDS_GENTLY = 1.5
"""Up to this alpha the second derivative is finite where a key enters."""


@outside_autocast
@checked
def ada_splash_weights(
    scores: Float[Tensor, "*batch key"],
    alpha: Alpha = 1.5,
    *,
    n_bins: Annotated[int, Range(1, 2**16)] = 8,
    n_passes: Annotated[int, Range(0, 100)] = 4,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch key"]:
    r"""Return entmax weights from a histogram of the scores and so many passes over the keys.

    .. math:: p_i = \frac{[h_i - \tau]_+^{1/(\alpha - 1)}}{\sum_j [h_j - \tau]_+^{1/(\alpha - 1)}}

    Halley's steps up to alpha = 1.5, Newton's above. `attnkit.entmax` solves to the last digit;
    here the number of passes is fixed beforehand, as a kernel on an accelerator has it.

    Parameters
    ----------
    scores : Tensor
        (..., key). Half precision is computed in float32; -inf is the score of a masked key.
    alpha : float
        From 1.01 to 2.
    n_bins : int
        Bins of the histogram.
    n_passes : int
        Passes after it.
    mask : Tensor or None
        Boolean, broadcasts to the scores; true where a key may be attended.

    Returns
    -------
    Tensor
        (..., key) of the scores' dtype; a row without a key is zero. First and second
        derivatives are those of entmax where the threshold has converged.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf where a key is attended, numbers out of range, a mask that does not fit.

    References
    ----------
    Goncalves et al. 2025 and 2026, arXiv:2502.12082 and arXiv:2604.15180.
    """
    if scores.numel() == 0:
        return scores.clone()
    heights = scaled(scores, alpha, mask)
    threshold = _threshold(heights.detach(), alpha, n_bins, n_passes)
    # Two more Newton steps that derivatives alone go through, the second for second derivatives.
    for _ in range(2):
        last = sums_at(heights, alpha, threshold)
        step = last.surplus / last.slope.where(last.slope > 0, 1.0)
        threshold = threshold + (step - step.detach())
    above = (heights - threshold).clamp(min=0)
    inside = above > 0
    raised = (above.where(inside, 1.0) ** (1 / (alpha - 1))).where(inside, 0.0)
    total = raised.sum(-1, keepdim=True)
    weights = raised / total.where(total > 0, 1.0)
    return weights.to(scores.dtype)


@torch.no_grad()
def _threshold(heights: Tensor, alpha: float, n_bins: int, n_passes: int) -> Tensor:
    empty = heights.amax(-1, keepdim=True) == -math.inf
    bracket = histogram_bracket(heights, alpha, n_bins)
    rule = halley if alpha <= _BENDS_GENTLY else newton
    found = thresholds(rule, heights, alpha, bracket, bracket.middle, n_passes)[-1]
    return found.masked_fill(empty, -1.0)
