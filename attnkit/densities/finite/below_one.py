r"""Newton's method for weights with alpha below one: none is zero, and tails fall as a power.

With deficit = 1 - alpha, gaps g_i >= 0 to the best score and v_i = scale + deficit g_i,

    p_i = v_i ^ (-1 / deficit),        (sum_i p_i)^-deficit = 1,        scale = p_best ^ -deficit.

The left side of the equation is a norm of negative degree, so a concave, increasing function of the
scale (Minkowski, reversed), and Newton from any point below the root increases to it without a
bracket. The step is that of `newton`, with its bound: turn both axes round and it is the same
problem. All in units of the scale, so that nothing overflows as alpha tends to 1. Derived here.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.finite.newton import (
    SMALLEST_EXCESS,
    gaps_of,
    has_settled,
    newton_bound,
    normalised,
)

__all__ = ["weights_below_one"]


def weights_below_one(
    scores: Float[Tensor, "*batch key"], alpha: float | Float[Tensor, "*batch 1"]
) -> Float[Tensor, "*batch key"]:
    """Weights of each row for alpha in (0, 1]; a row without a finite score gives zeros."""
    if isinstance(alpha, Tensor):
        deficit, largest = (1 - alpha).clamp(min=SMALLEST_EXCESS), 1.0
    else:
        deficit = largest = max(1 - alpha, SMALLEST_EXCESS)
    lifts = gaps_of(scores, None)[0] * deficit
    scale = torch.ones_like(lifts[..., :1])
    for _ in range(newton_bound(4 * scores.shape[-1] ** largest, scores.dtype)):
        change = _newton_change(lifts / scale, scale, deficit)
        scale = (scale + change).clamp(min=1.0)
        if has_settled(change, scale):
            break
    return normalised(_power(lifts / scale, deficit), None)


def _newton_change(rises: Tensor, scale: Tensor, deficit: float | Tensor) -> Tensor:
    """The step; a row whose keys are all out of reach stays where it is."""
    tiny = torch.finfo(rises.dtype).tiny
    powers = _power(rises, deficit)
    mass = powers.sum(-1, keepdim=True).clamp(min=tiny)
    slope = (powers / (1 + rises)).sum(-1, keepdim=True).clamp(min=tiny)
    return mass / slope * (torch.exp(deficit * mass.log()) - scale)


def _power(rises: Tensor, deficit: float | Tensor) -> Tensor:
    """(1 + rise)^(-1 / deficit), exact also where the rise is minute; zero for an infinite one."""
    return torch.exp(-torch.log1p(rises) / deficit)
