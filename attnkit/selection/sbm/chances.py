"""The chance of an edge from a query to a key, by the clusters that both belong to."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["Bias", "Clusters", "Floor", "OfTokens", "block_matrix", "edge_chances", "members"]

Clusters = Annotated[Float[Tensor, "... cluster d_key"], Finite()]
OfTokens = Annotated[Float[Tensor, "*#batch cluster d_key"], Finite()]
Bias = Annotated[float, Range(-1e4, 1e4)]
Floor = Annotated[float, Range(0.0, 1.0)]


@checked
@outside_autocast
def block_matrix(clusters: Clusters) -> Float[Tensor, "... cluster cluster"]:
    r"""Return the chances between clusters: one softmax over all pairs of clusters.

    .. math:: S_{rs} = \frac{e^{c_r \cdot c_s}}{\sum_{a, b} e^{c_a \cdot c_b}}

    All entries together sum to one, not each row.

    Parameters
    ----------
    clusters : Tensor
        (..., cluster, d_key), the place of each cluster.

    Returns
    -------
    Tensor
        (..., cluster, cluster), symmetric, in at least float32.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity, also in a product of two clusters; no tensor of floating point.

    References
    ----------
    Cho et al. 2022, "Transformers meet stochastic block models"; the authors' code.
    """
    clusters = clusters.to(torch.promote_types(clusters.dtype, torch.float32))
    products = clusters @ clusters.mT
    require_finite("products of clusters", products)
    return products.flatten(-2).softmax(-1).view_as(products)


def members(tokens: Tensor, clusters: Tensor, bias: float | Tensor = 0.0) -> Tensor:
    """How far each token belongs to each cluster, from 0 to 1: (..., token, cluster)."""
    return (tokens @ clusters.mT + bias).sigmoid()


@checked
@outside_autocast
def edge_chances(
    queries: Annotated[Float[Tensor, "*batch query d_key"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Finite(), Like("queries")],
    clusters: OfTokens | None = None,
    *,
    bias: Bias = 0.0,
    floor: Floor = 0.01,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the chance that each query looks at each key.

    .. math::
        P = \min(Y S Z^\top + \varepsilon, 1), \qquad
        Y = \sigma(Q C^\top + b), \quad Z = \sigma(K C^\top + b)

    Without the floor :math:`P_{ij} \le \max_r Y_{ir} \max_s Z_{js}`, as S sums to one.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    clusters : Tensor, optional
        C, (..., cluster, d_key); left out, the d_key unit vectors.
    bias : float
        b, added to every product: the dial of density.
    floor : float
        :math:`\varepsilon`, what every pair gets on top.

    Returns
    -------
    Tensor
        (..., query, key), from 0 to 1, in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity, a floor outside [0, 1].

    References
    ----------
    Cho et al. 2022, "Transformers meet stochastic block models"; the floor is in the authors' code.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    if clusters is None:
        clusters = torch.eye(queries.shape[-1], dtype=dtype, device=queries.device)
    clusters = clusters.to(dtype)
    of_queries = members(queries.to(dtype), clusters, bias)
    of_keys = members(keys.to(dtype), clusters, bias)
    return (of_queries @ block_matrix(clusters) @ of_keys.mT + floor).clamp_max(1.0)
