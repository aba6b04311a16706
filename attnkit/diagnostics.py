r"""What a row of weights looks like: how spread, over how many keys, with how much mass where.

Every function reduces `dim`, takes weights from any source, works in at least float32 and is
differentiable (zero weights included, where -w log w counts as flat). Entropy, effective number
and top mass speak of shares of a whole. A row that is not a density, because a weight is negative
or because the sum is not one (up to the rounding of the weights' dtype), has no shares, and they
are NaN there; so for the zeros of a fully masked row. `row_sum` and `support_size` are defined for
any weights. A NaN weight makes everything NaN. All raise TypeError unless weights are floating
point, and ValueError for a dimension that weights do not have.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.validate import require_floating

__all__ = [
    "effective_number",
    "entropy",
    "normalised_entropy",
    "row_sum",
    "support_size",
    "top_mass_curve",
]

_SUM_TOLERANCE = 1e-4  # or four units in the last place of the weights' dtype, if that is more


def row_sum(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "..."]:
    """Sum of the weights: one for a density, zero for a fully masked row."""
    return _prepare(weights, dim).sum(dim)


def support_size(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "..."]:
    """Number of keys with a weight other than zero, as a floating count that can be averaged."""
    weights = _prepare(weights, dim)
    counts = (weights != 0).to(weights.dtype)
    return counts.where(~weights.isnan(), math.nan).sum(dim)


def entropy(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "..."]:
    """Shannon entropy -sum w log w in nats: 0 for a single key, log n for n equal weights.

    NaN where the row is not a density: log w has no meaning below zero, and the sum is no
    expectation unless the weights sum to one. Shannon 1948.
    """
    exact = _prepare(weights, dim)
    logarithm = exact.where(exact > 0, 1.0).log()
    return _where_density(-(exact * logarithm).sum(dim), weights, dim)


def normalised_entropy(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "..."]:
    """Entropy / log n over all n keys of the row: 0 for one key, 1 for the uniform density.

    NaN where `entropy` is, and for n = 1, where a single key is also the uniform density (0 / 0).
    """
    value = entropy(weights, dim)
    n_keys = weights.shape[dim]
    return value / math.log(n_keys) if n_keys > 1 else torch.full_like(value, math.nan)


def effective_number(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "..."]:
    """Effective number of keys 1 / sum w^2: k for k equal weights, never above the support size.

    NaN where the row is not a density: the number could fall below one or exceed the support.
    Simpson 1949, as the inverse of his concentration.
    """
    exact = _prepare(weights, dim)
    return _where_density(1 / exact.square().sum(dim), weights, dim)


def top_mass_curve(weights: Float[Tensor, "*shape"], dim: int = -1) -> Float[Tensor, "*shape"]:
    """Mass of the k heaviest keys for k = 1 .. n along `dim`: rising, concave, ending at one.

    NaN where the row is not a density: with negative weights the curve would fall again.
    """
    exact = _prepare(weights, dim)
    curve = exact.sort(dim, descending=True).values.cumsum(dim)
    return _where_density(curve.movedim(dim, 0), weights, dim).movedim(0, dim)


def _prepare(weights: Tensor, dim: int) -> Tensor:
    require_floating("weights", weights)
    if not -weights.ndim <= dim < weights.ndim:
        raise ValueError(f"dim must be a dimension of weights {tuple(weights.shape)}, got {dim}")
    return weights.to(torch.promote_types(weights.dtype, torch.float32))


def _where_density(values: Tensor, weights: Tensor, dim: int) -> Tensor:
    """The values, whose last dimensions are the rows, or NaN where a row is not a density."""
    tolerance = max(_SUM_TOLERANCE, 4 * torch.finfo(weights.dtype).eps)
    total = weights.sum(dim, dtype=values.dtype)
    is_density = (weights >= 0).all(dim) & ((total - 1).abs() <= tolerance)
    return values.where(is_density, math.nan)
