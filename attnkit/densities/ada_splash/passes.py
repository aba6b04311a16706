"""Steps to the threshold inside a bracket, and how many passes over the keys they take."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities.ada_splash.bracket import Alpha, Bracket, Heights
from attnkit.densities.ada_splash.rules import Sums, sums_at

__all__ = ["advance", "passes", "thresholds"]


def advance(rule: Callable, sums: Sums, at: Tensor, bracket: Bracket) -> tuple[Tensor, Bracket]:
    """The next threshold, and the bracket that the pass at this one has narrowed."""
    left = sums.surplus >= 0
    low, high = at.where(left, bracket.low), bracket.high.where(left, at)
    bracket = Bracket(low, high)
    proposed = at + rule(sums)
    inside = (proposed >= low) & (proposed <= high)
    return proposed.where(inside, bracket.middle), bracket


@checked
def thresholds(
    rule: Callable[[Sums], Tensor],
    heights: Heights,
    alpha: Alpha,
    bracket: Bracket,
    start: Annotated[Float[Tensor, "*batch 1"], Like("heights"), Finite()],
    n_passes: Annotated[int, Range(0, 1000)],
) -> Float[Tensor, "step *batch 1"]:
    r"""Return the start, and the threshold after each pass over the keys.

    .. math:: g(\tau) = \sum_i [h_i - \tau]_+^{1/(\alpha - 1)} - 1 = 0

    A step that leaves the bracket is replaced by one to its middle, so that no rule fails.

    Parameters
    ----------
    rule : callable
        `halving`, `newton` or `halley`.
    heights : Tensor
        (..., key), from `scaled`.
    alpha : float
        From 1.01 to 2.
    bracket : Bracket
        Ends with the root between them.
    start : Tensor
        (..., 1), where the first pass is made.
    n_passes : int
        From 0 to 1,000.

    Returns
    -------
    Tensor
        (step, ..., 1), one more than passes.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf, numbers out of range, a start of another shape or dtype.

    References
    ----------
    Goncalves et al. 2025, arXiv:2502.12082, and the authors' public code.
    """
    found = [start]
    for _ in range(n_passes):
        at, bracket = advance(rule, sums_at(heights, alpha, found[-1]), found[-1], bracket)
        found.append(at)
    return torch.stack(found)


@checked
def passes(
    rule: Callable[[Sums], Tensor],
    heights: Heights,
    alpha: Alpha,
    bracket: Bracket,
    start: Annotated[Float[Tensor, "*batch 1"], Like("heights"), Finite()],
    *,
    tolerance: Annotated[float, Range(1e-14, 1.0)] = 1e-6,
    most: Annotated[int, Range(0, 1000)] = 100,
) -> Int[Tensor, "*batch"]:
    r"""Return how many passes each row takes until its weights sum to one closely enough.

    .. math:: \min \{ k : |g(\tau_k)| < \varepsilon \}

    Parameters
    ----------
    rule : callable
        `halving`, `newton` or `halley`.
    heights : Tensor
        (..., key), from `scaled`.
    alpha : float
        From 1.01 to 2.
    bracket : Bracket
        Ends with the root between them.
    start : Tensor
        (..., 1), where the first pass is made.
    tolerance : float
        How far from one the sum may be.
    most : int
        Passes after which a row is given up, and counted as so many.

    Returns
    -------
    Tensor
        (...), integers: the passes that moved the threshold. The last one, which divides by the sum
        and reads, is everybody's, and not counted.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf, numbers out of range, a start of another shape or dtype.

    References
    ----------
    Defined here.
    """
    at, count = start, torch.zeros_like(start, dtype=torch.long)
    going = torch.ones_like(start, dtype=torch.bool)
    for _ in range(most):
        sums = sums_at(heights, alpha, at)
        going = going & ~(sums.surplus.abs() < tolerance)
        if not going.any():
            break
        count = count + going
        at, bracket = advance(rule, sums, at, bracket)
    return count[..., 0]
