"""One row of weights: its sum, its support, and how its mass is shared out."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.diagnostics.rows import Weights, prepare, where_density

__all__ = [
    "effective_number",
    "entropy",
    "negative_share",
    "normalised_entropy",
    "row_sum",
    "support_size",
    "top_mass_curve",
]


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
    return prepare(weights, dim).sum(dim)


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
    weights = prepare(weights, dim)
    counts = (weights != 0).to(weights.dtype)
    return counts.where(~weights.isnan(), math.nan).sum(dim)


@checked
def negative_share(weights: Weights, dim: int = -1) -> Float[Tensor, "..."]:
    """Share of the keys whose weight is below zero, a count over a count. Defined here.

    NaN where a weight is NaN, and for a row without keys (0 / 0).

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
    weights = prepare(weights, dim)
    return (weights < 0).to(weights.dtype).where(~weights.isnan(), math.nan).mean(dim)


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
    exact = prepare(weights, dim)
    logarithm = exact.where(exact > 0, 1.0).log()
    return where_density(-(exact * logarithm).sum(dim), weights, dim)


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
    exact = prepare(weights, dim)
    return where_density(1 / exact.square().sum(dim), weights, dim)


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
    exact = prepare(weights, dim)
    curve = exact.sort(dim, descending=True).values.cumsum(dim)
    return where_density(curve.movedim(dim, 0), weights, dim).movedim(0, dim)
