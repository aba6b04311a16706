"""What seven papers do to maps and scores, each in a line: contrast, distance, bits, groups."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import widened
from attnkit.validate import is_traced, require_finite_results

__all__ = ["contrast", "jensen_shannon", "quantised", "shifted_groups"]

SUM_TOLERANCE = 0.01
"""How far a sum may be from one: half precision rounds the weights."""


@checked
def contrast(
    task: Annotated[Float[Tensor, "*shape"], Range(0.0, 1e30)],
    general: Annotated[Float[Tensor, "*shape"], Range(0.0, 1e30), Like("task")],
    floor: Annotated[float, Range(1e-30, 1e30)] = 1e-6,
) -> Float[Tensor, "*shape"]:
    r"""Return a task's map over a general one: what is looked at because of the task.

    .. math:: c_i = \frac{a_i}{b_i + \lambda}

    A key that draws every query draws these two alike, and cancels.

    Parameters
    ----------
    task, general : Tensor
        Weights of any shape, zero or more.
    floor : float
        Added to the general map, so that no key wins by getting nothing.

    Returns
    -------
    Tensor
        Of the same shape, zero or more; not normalised. In at least float32, for half precision
        holds neither the floor nor what is divided by it.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, below zero, or of two shapes; for a floor of zero,
        or one so small that the ratio overflows.

    References
    ----------
    Ge et al. 2025, "Focusing by contrastive attention", arXiv:2509.06461, Eq. 4.6 and Algorithm 1.
    """
    precise = torch.promote_types(task.dtype, torch.float32)
    ratio = task.to(precise) / (general.to(precise) + floor)
    require_finite_results({"contrast": ratio}, task=task, general=general)
    return ratio


@checked
def jensen_shannon(
    first: Annotated[Float[Tensor, "*batch key"], Range(0.0, 1e30)],
    second: Annotated[Float[Tensor, "*batch key"], Range(0.0, 1e30), Like("first")],
) -> Float[Tensor, "*batch"]:
    r"""Return how far two densities lie apart, in nats: the mean divergence from their middle.

    .. math:: \tfrac12 \mathrm{KL}(p \,\|\, m) + \tfrac12 \mathrm{KL}(q \,\|\, m), \qquad
              m = \tfrac12 (p + q)

    Parameters
    ----------
    first, second : Tensor
        (..., key), weights that sum to one. A row of zeros, which attends nothing, stands half of
        log 2 from every density, and nowhere from another.

    Returns
    -------
    Tensor
        (...), from 0 to log 2, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, below zero, or of two shapes or dtypes; for rows
        whose sum is neither zero nor one, to within 0.01.

    References
    ----------
    J. Lin. Divergence measures based on the Shannon entropy. IEEE Transactions on Information
    Theory, 1991.
    """
    precise = torch.promote_types(first.dtype, torch.float32)
    for name, rows in (("first", first), ("second", second)):
        _require_densities(name, rows)
    first, second = first.to(precise), second.to(precise)
    apart = [_relative(*pair).sum(-1) for pair in ((first, second), (second, first))]
    return ((apart[0] + apart[1]) / 2).clamp_min(0.0)


def _require_densities(name: str, rows: Tensor) -> None:
    if is_traced(rows) or rows.numel() == 0:
        return
    sums = widened(rows.detach()).sum(-1)
    good = ((sums - 1).abs() <= SUM_TOLERANCE) | (sums == 0)
    if not bool(good.all()):
        worst = sums[~good].flatten()[0].item()
        raise ValueError(f"{name} must have rows that sum to one or zero, got a sum of {worst:g}")


def _relative(row: Tensor, other: Tensor) -> Tensor:
    """p log(2p / (p + q)), zero where p is, its gradient too; the half of p might underflow."""
    some = row > 0
    share = torch.where(some, row, 1.0) / torch.where(some, row + other, 2.0)
    return torch.where(some, row * (2 * share).log(), 0.0)


@checked
def quantised(
    states: Annotated[Float[Tensor, "*batch token feature"], Finite()],
    n_bits: Annotated[int, Range(2, 16)],
) -> Float[Tensor, "*batch token feature"]:
    r"""Return states rounded to so many bits, on one even grid for all tokens of a head.

    .. math:: \hat x = \Delta \operatorname{round}(x / \Delta), \qquad
              \Delta = \frac{\max \lvert x \rvert}{2^{b - 1} - 1}

    Parameters
    ----------
    states : Tensor
        (..., token, feature), floating point.
    n_bits : int
        b: with 2 bits only three values are left, the largest, its negative and zero.

    Returns
    -------
    Tensor
        Of the same shape and dtype, no further than half a step from the states.

    Raises
    ------
    TypeError, ValueError
        For states that are not floating point or not finite; for fewer bits than 2.

    Notes
    -----
    Defined here: the plainest symmetric grid, with no part of it learned. Shen et al. 2024,
    "EdgeQAT", arXiv:2402.10787, train theirs.
    """
    if states.numel() == 0:
        return states.clone()
    wide = states.to(torch.promote_types(states.dtype, torch.float32))
    largest = wide.abs().amax((-2, -1), keepdim=True)
    steps = 2 ** (n_bits - 1) - 1
    shares = wide / largest.where(largest > 0, 1.0)
    return ((shares * steps).round() / steps * largest).to(states.dtype)


@checked
def shifted_groups(
    n_tokens: Annotated[int, Range(0, 2**15)],
    size: Annotated[int, Range(1, 2**30)],
    shift: Annotated[int, Range(0, 2**30)] = 0,
) -> Bool[Tensor, "n_tokens n_tokens"]:
    r"""Return which keys a query sees that reads its own group of neighbours only.

    .. math:: m_{ij} = \Bigl[\, \Bigl\lfloor \frac{i + s}{g} \Bigr\rfloor =
              \Bigl\lfloor \frac{j + s}{g} \Bigr\rfloor \,\Bigr]

    Parameters
    ----------
    n_tokens : int
        Length of the sequence.
    size : int
        g, tokens in a group.
    shift : int
        s, by which the borders move to the left; half a group in half of the heads, so that what
        one head parts another keeps together. A first group may be shorter, and the last.

    Returns
    -------
    mask
        (query, key).

    Raises
    ------
    TypeError, ValueError
        For counts that are no integers, or out of range.

    Notes
    -----
    After Chen et al. 2024, "LongLoRA", arXiv:2309.12307, where the first and the last half group
    form one; ours are left apart. Zhang 2024, "SinkLoRA", arXiv:2406.05678, returns the shifted
    groups and adds sinks.
    """
    group = (torch.arange(n_tokens) + shift) // size
    return group[:, None] == group
