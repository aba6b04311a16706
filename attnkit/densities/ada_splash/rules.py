"""Three ways to the next threshold, from what one pass over the keys has summed."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["Sums", "halley", "halving", "newton", "sums_at"]


@dataclass(frozen=True, eq=False)
class Sums:
    """What a pass finds at a threshold, (..., 1): g = sum p - 1, -g' and g''."""

    surplus: Float[Tensor, "*batch 1"]
    slope: Float[Tensor, "*batch 1"]
    bend: Float[Tensor, "*batch 1"]


def sums_at(heights: Tensor, alpha: float, at: Tensor) -> Sums:
    """One pass over the keys."""
    power = 1 / (alpha - 1)
    above = heights - at
    inside = above > 0
    safe = above.where(inside, 1.0)

    def total(exponent: float) -> Tensor:
        return (safe**exponent).where(inside, 0.0).sum(-1, keepdim=True)

    bend = power * (power - 1) * total(power - 2)
    return Sums(total(power) - 1, power * total(power - 1), bend)


def halving(sums: Sums) -> Float[Tensor, "*batch 1"]:
    r"""Return no step at all, NaN: the middle of the bracket is taken.

    .. math:: \tau \leftarrow (\tau_{\text{low}} + \tau_{\text{high}})/2

    Parameters
    ----------
    sums : Sums
        What a pass found.

    Returns
    -------
    Tensor
        (..., 1), NaN everywhere.

    Raises
    ------
    AttributeError
        For something else than sums.

    References
    ----------
    Peters et al. 2019, "Sparse sequence-to-sequence models".
    """
    return torch.full_like(sums.surplus, torch.nan)


def newton(sums: Sums) -> Float[Tensor, "*batch 1"]:
    r"""Return the step to where the tangent is zero.

    .. math:: \Delta \tau = -g/g'

    Parameters
    ----------
    sums : Sums
        What a pass found.

    Returns
    -------
    Tensor
        (..., 1), to be added to the threshold; not finite where the slope is zero.

    Raises
    ------
    AttributeError
        For something else than sums.

    References
    ----------
    Goncalves et al. 2026, arXiv:2604.15180, above alpha = 1.5.
    """
    return sums.surplus / sums.slope


def halley(sums: Sums) -> Float[Tensor, "*batch 1"]:
    r"""Return the step to where the hyperbola that bends as the function does is zero.

    .. math:: \Delta \tau = -\frac{2 g g'}{2 g'^2 - g g''}

    Newton's step at alpha = 2, where g does not bend.

    Parameters
    ----------
    sums : Sums
        What a pass found.

    Returns
    -------
    Tensor
        (..., 1), to be added to the threshold.

    Raises
    ------
    AttributeError
        For something else than sums.

    References
    ----------
    Goncalves et al. 2025, arXiv:2502.12082, "AdaSplash".
    """
    below = 2 * sums.slope.square() - sums.surplus * sums.bend
    return 2 * sums.surplus * sums.slope / below
