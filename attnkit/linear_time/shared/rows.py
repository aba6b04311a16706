"""Rows of weights that features make, and how far they are from the rows they stand for."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.masks import Mask, require_mask
from attnkit.precision import outside_autocast

__all__ = ["divergence", "kernel_weights"]


@checked
@outside_autocast
def kernel_weights(
    query_features: Float[Tensor, "*batch query feature"],
    key_features: Float[Tensor, "*batch key feature"],
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the weights that linear attention reads with, by the definition, as a matrix.

    .. math:: w_{ij} = \frac{\phi(q_i) \cdot \phi(k_j)}{\sum_l \phi(q_i) \cdot \phi(k_l)}

    Parameters
    ----------
    query_features, key_features : Tensor
        (..., query, feature) and (..., key, feature); features may be of either sign.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended.

    Returns
    -------
    Tensor
        (..., query, key), computed in at least float32, in the queries' dtype. A row whose sum is
        zero, a masked one among them, is zeros.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit; a mask that does not broadcast to (..., query, key).

    References
    ----------
    Katharopoulos et al. 2020, arXiv:2006.16236, equation 5.
    """
    dtype = torch.promote_types(query_features.dtype, torch.float32)
    products = query_features.to(dtype) @ key_features.to(dtype).mT
    if mask is not None:
        seen = require_mask(mask, products.shape, "queries and keys")
        products = torch.where(seen, products, 0.0)
    sums = products.sum(-1, keepdim=True)
    empty = sums == 0
    weights = torch.where(empty, 0.0, products / torch.where(empty, 1.0, sums))
    return weights.to(query_features.dtype)


@checked
def divergence(
    weights: Float[Tensor, "*batch query key"], imitation: Float[Tensor, "*batch query key"]
) -> Float[Tensor, "*batch query"]:
    r"""Return how far each row of an imitation is from the row of weights it stands for, in nats.

    .. math:: \mathrm{KL}(p \,\|\, w) = \sum_j p_j \log \frac{p_j}{w_j}

    Parameters
    ----------
    weights, imitation : Tensor
        (..., query, key): p, and w that stands for it.

    Returns
    -------
    Tensor
        (..., query), in at least float32; infinite where w gives nothing (or less) to a key that p
        reads, zero for two rows of zeros.

    Raises
    ------
    ValueError, TypeError
        Shapes that differ.

    References
    ----------
    Kullback and Leibler 1951.
    """
    dtype = torch.promote_types(weights.dtype, torch.float32)
    p, w = weights.to(dtype), imitation.to(dtype)
    read, given = p > 0, w > 0
    both = read & given
    ratios = torch.where(both, p, 1.0).log() - torch.where(both, w, 1.0).log()
    terms = torch.where(read & ~given, torch.inf, torch.where(read, p, 0.0) * ratios)
    return terms.sum(-1)
