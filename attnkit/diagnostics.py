r"""What a row of weights looks like: how spread, over how many keys, with how much mass where.

Every function reduces `dim`, takes weights from any source, works in at least float32 and is
differentiable (zero weights included, where -w log w counts as flat). Entropy, effective number
and top mass speak of shares of a whole. A row that is not a density, because a weight is negative
or because the sum is further than `SUM_TOLERANCE` from one, has no shares, and they are NaN there;
so for the zeros of a fully masked row. `undefined` counts such rows and says why. `row_sum` and
`support_size` are defined for any weights. A NaN weight makes everything NaN. All raise TypeError
unless weights are floating point, and ValueError for a dimension that weights do not have.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked

__all__ = [
    "effective_number",
    "entropy",
    "normalised_entropy",
    "row_sum",
    "support_size",
    "top_mass_curve",
    "undefined",
]

Weights = Float[Tensor, "*shape"]
SUM_TOLERANCE = 0.01
"""How far a density's sum may be from one. Rounding each weight to bfloat16 moves it by 2^-9 at
most, whatever type they are stored in now; rounding 64 weights to three decimals by about 0.002."""


@checked
def row_sum(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Sum of the weights: one for a density, zero for a fully masked row. Defined here.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The weights' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.
    """
    return _prepare(weights, dim).sum(dim)


@checked
def support_size(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Number of keys with a weight other than zero, as a floating count. Defined here.

    NaN where a weight is NaN.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The weights' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.
    """
    weights = _prepare(weights, dim)
    counts = (weights != 0).to(weights.dtype)
    return counts.where(~weights.isnan(), math.nan).sum(dim)


@checked
def entropy(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Shannon entropy -sum w log w in nats: 0 for a single key, log n for n equal weights.

    NaN where the row is not a density: log w has no meaning below zero, and the sum is no
    expectation unless the weights sum to one.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The weights' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.

    References
    ----------
    Shannon 1948, "A mathematical theory of communication".
    """
    exact = _prepare(weights, dim)
    logarithm = exact.where(exact > 0, 1.0).log()
    return _where_density(-(exact * logarithm).sum(dim), weights, dim)


@checked
def normalised_entropy(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Entropy / log n over all n keys of the row: 0 for one key, 1 for the uniform density.

    NaN where `entropy` is, and for n = 1, where a single key is also the uniform density (0 / 0).

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The weights' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.

    References
    ----------
    Shannon 1948, who calls it the relative entropy of a source.
    """
    value = entropy(weights, dim)
    n_keys = weights.shape[dim]
    return value / math.log(n_keys) if n_keys > 1 else torch.full_like(value, math.nan)


@checked
def effective_number(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Effective number of keys 1 / sum w^2: k for k equal weights, never above the support size.

    NaN where the row is not a density: the number could fall below one or exceed the support.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The weights' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.

    References
    ----------
    Simpson 1949, "Measurement of diversity", as the inverse of his concentration.
    """
    exact = _prepare(weights, dim)
    return _where_density(1 / exact.square().sum(dim), weights, dim)


@checked
def top_mass_curve(weights: Weights, dim: int = -1) -> Float[Tensor, "*shape"]:
    """Mass of the k heaviest keys for k = 1 .. n along `dim`: rising, concave, ending at one.

    NaN where the row is not a density: with negative weights the curve would fall again. As a
    picture of shares it is Lorenz 1905, read from the richest.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    Tensor
        The shape of the weights, k along `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.
    """
    exact = _prepare(weights, dim)
    curve = exact.sort(dim, descending=True).values.cumsum(dim)
    return _where_density(curve.movedim(dim, 0), weights, dim).movedim(0, dim)


@checked
def undefined(weights: Weights, dim: int = -1) -> str:
    """Say which rows have no shares, and why; an empty string where every row is a density.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    str
        A sentence for a person, such as "3 of 64 rows are no density: 1 with a NaN, 2 of zeros
        (fully masked)". A row is counted once, under the first reason that holds.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.

    Notes
    -----
    Which sums count as one is defined here: see `SUM_TOLERANCE`.
    """
    rows = _prepare(weights, dim).detach().movedim(dim, -1)
    total = rows.sum(-1)
    left, parts = torch.ones_like(total, dtype=torch.bool), []
    for reason, holds in (
        ("with a NaN", rows.isnan().any(-1)),
        ("with a negative weight", (rows < 0).any(-1)),
        ("of zeros (fully masked)", (rows == 0).all(-1)),
        ("that sum to {}", ~((total - 1).abs() <= SUM_TOLERANCE)),
    ):
        here, left = left & holds, left & ~holds
        if here.any():
            parts.append(f"{int(here.sum())} {reason.format(_reach(total[here]))}")
    count = f"{int((~left).sum())} of {left.numel()} rows are no density"
    return f"{count}: {', '.join(parts)}" if parts else ""


def _reach(sums: Tensor) -> str:
    low, high = sums.min().item(), sums.max().item()
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def _prepare(weights: Tensor, dim: int) -> Tensor:
    if not -weights.ndim <= dim < weights.ndim:
        raise ValueError(f"dim must be a dimension of weights {tuple(weights.shape)}, got {dim}")
    return weights.to(torch.promote_types(weights.dtype, torch.float32))


def _where_density(values: Tensor, weights: Tensor, dim: int) -> Tensor:
    """The values, whose last dimensions are the rows, or NaN where a row is not a density."""
    total = weights.sum(dim, dtype=values.dtype)
    is_density = (weights >= 0).all(dim) & ((total - 1).abs() <= SUM_TOLERANCE)
    return values.where(is_density, math.nan)
