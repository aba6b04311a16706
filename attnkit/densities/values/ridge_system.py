"""The least-squares problem behind a value function: which samples count, and its solution."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.masks import require_mask
from attnkit.validate import is_traced, require_finite

__all__ = ["Problem", "Solution", "prepared", "solved"]

_SEEN = 1e-6  # a basis function below it at a sample does not reach it


class Problem(NamedTuple):
    """Rows (..., time, basis) and right sides (..., time, feature), zero where nothing counts."""

    design: Tensor
    samples: Tensor
    counts: Tensor


class Solution(NamedTuple):
    """Coefficients (..., basis, feature), the triangular factor, and what the fit leaves."""

    coefficients: Tensor
    triangular: Tensor
    residuals: Tensor


def prepared(
    basis: Callable,
    times: Float[Tensor, "*batch time"],
    samples: Float[Tensor, "*batch time feature"],
    mask: Tensor | None,
) -> Problem:
    """The problem in at least float32; with a mask per feature, each feature is one of the batch.

    Raises
    ------
    ValueError
        For a mask that does not broadcast, NaN that counts, or times that no basis function sees.
    """
    per_feature = mask is not None and mask.ndim == samples.ndim
    keep = _kept(mask, samples)
    at_times = keep.any(-1)
    dtype = torch.promote_types(samples.dtype, torch.float32)
    times = times.masked_fill(~at_times, 0.0).to(dtype)
    samples = samples.masked_fill(~keep, 0.0).to(dtype)
    require_finite("times", times)
    require_finite("samples", samples)
    design = basis(times).to(dtype)
    _require_seen(design, at_times, times)
    if not per_feature:
        counts = at_times.to(dtype)
        return Problem(design * counts.unsqueeze(-1), samples, counts)
    counts = keep.mT.to(dtype)
    return Problem(design.unsqueeze(-3) * counts.unsqueeze(-1), samples.mT.unsqueeze(-1), counts)


def solved(problem: Problem, root_ridge: float) -> Solution:
    """By a QR factorisation of the design with `root_ridge` I stacked below."""
    design, samples, _ = problem
    penalty = root_ridge * torch.eye(design.shape[-1]).to(design)
    augmented = torch.cat([design, penalty.expand(*design.shape[:-2], -1, -1)], dim=-2)
    orthogonal, triangular = torch.linalg.qr(augmented)
    projected = orthogonal[..., : samples.shape[-2], :].mT @ samples
    coefficients = torch.linalg.solve_triangular(triangular, projected, upper=True)
    return Solution(coefficients, triangular, samples - design @ coefficients)


def _kept(mask: Tensor | None, like: Tensor) -> Tensor:
    """Where samples count, (*batch, time, feature), or with one feature where they do together."""
    shape = like.shape
    if mask is None:
        return like.new_ones((), dtype=torch.bool).expand(*shape[:-1], 1)
    if mask.ndim < len(shape):
        return require_mask(mask, shape[:-1], "times").expand(shape[:-1]).unsqueeze(-1)
    return require_mask(mask, shape, "samples").expand(shape)


def _require_seen(design: Tensor, at_times: Tensor, times: Tensor) -> None:
    """Refuse a series of which no sample that counts is where the basis is."""
    if is_traced(design) or 0 in design.shape:
        return
    largest = (design.detach().abs().amax(-1) * at_times).amax(-1)
    unseen = at_times.any(-1) & (largest < _SEEN)
    if bool(unseen.any()):
        first, last = times.detach()[at_times].aminmax()
        raise ValueError(
            f"times must lie where the basis is not zero, got times from {first.item():g} to "
            f"{last.item():g}, at which no basis function reaches {_SEEN:g}; scale them to the "
            f"basis's centers"
        )
