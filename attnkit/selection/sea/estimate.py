"""What random features think of each column, without a map of all pairs."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.selection.sea.columns import Width, column_means

__all__ = ["favor_columns"]

Bounded = Range(-1e12, 1e12)
"""Its squares are no infinity in float32."""


@checked
@outside_autocast
def favor_columns(
    queries: Annotated[Float[Tensor, "*batch query d_key"], Bounded],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Bounded, Like("queries")],
    directions: Annotated[Float[Tensor, "feature d_key"], Bounded],
    *,
    width: Width,
) -> Float[Tensor, "*batch query {width}"]:
    r"""Estimate how much weight each query gives to the keys of a column, by positive features.

    .. math::
        \hat p_{ic} \propto \phi(q_i) \cdot \operatorname*{mean}_{c(j) = c} \phi(k_j), \qquad
        \phi(x) = e^{\Omega x / d^{1/4} - \| x \|^2 / 2 \sqrt d}

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    directions : Tensor
        :math:`\Omega`, (feature, d_key), rows drawn from a standard normal density.
    width : int
        The number of columns. Time and memory grow with n, features and columns, not with n².

    Returns
    -------
    Tensor
        (..., query, column), positive, and one at most. Each row is up to a factor of its own,
        which no ranking sees.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity, entries beyond a trillion.

    References
    ----------
    Lee et al. 2023, arXiv:2310.01777, whose estimate starts from features of Choromanski et al.
    2021 and goes through a trained network; here the features alone.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    scale = max(queries.shape[-1], 1) ** -0.25
    q, k = (_exponents(x.to(dtype) * scale, directions.to(dtype)) for x in (queries, keys))
    # One factor for each query, one for all keys: neither changes the order in a row.
    q = (q - _highest(q, (-1,))).exp()
    k = (k - _highest(k, (-2, -1))).exp()
    columns = q @ column_means(k.mT, width)
    return columns / columns.amax(-1, keepdim=True).clamp_min(torch.finfo(dtype).tiny)


def _exponents(tokens: Tensor, directions: Tensor) -> Tensor:
    return tokens @ directions.mT - tokens.square().sum(-1, keepdim=True) / 2


def _highest(exponents: Tensor, dims: tuple[int, ...]) -> Tensor:
    return exponents.detach().amax(dims, keepdim=True) if exponents.numel() else exponents.sum()
