"""Elastic softmax: softmax, a share of one in so many keys taken off, and nothing below zero."""

from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.masks import Mask, require_dimension
from attnkit.normalisation.shared.broadcast import PerRow, require_broadcast
from attnkit.normalisation.shared.shares import shares_of
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["elastic_attention", "elastic_softmax"]


@checked
def elastic_softmax(
    scores: Float[Tensor, "*shape"],
    offset: PerRow = -1.0,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax, with an offset shared by the keys of a row, cut off at zero.

    .. math:: w_k = \max\!\left(0, \; \frac{e^{z_k}}{\sum_j e^{z_j}} + \frac{\tau}{i}\right)

    where i is the number of keys that the row may attend. At :math:`\tau = -1` a key is kept only
    if it has more than its equal share; a row of equal scores keeps none. At zero it is softmax.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero and does not count.
    offset : float or Tensor
        Tau: number, or a tensor that broadcasts to `scores`, such as (heads, 1, 1). Learned in the
        paper, one a head, from -1.
    dim : int
        Dimension of the keys.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients; a masked key gets zero even if the offset is positive.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores or an offset that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, an offset that is not finite, shapes that do not
        broadcast. Values are looked at in eager mode only.

    Notes
    -----
    "Elastic-Softmax" of lazy attention, arXiv:2601.00919, read by its abstract and a third party's
    code. That code counts a causal row's keys by its place; here a key masked otherwise does not
    count either.
    """
    dim = require_dimension(dim, scores)
    shares = shares_of(scores, dim, mask)
    raised = (
        shares.weights + require_broadcast("offset", offset, shares.weights) / shares.n_attended
    )
    return shares.silent(torch.relu(raised)).to(scores.dtype)


@checked
@outside_autocast
def elastic_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    offset: PerRow = -1.0,
    bias: PerRow = 0.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Sum the values under elastic weights of biased scores.

    .. math:: c_q = \sum_k \max\!\left(0, \; \operatorname{softmax}_k\!\left(
              Q_q \cdot K_k / \sqrt{d} + b_{qk}\right) + \frac{\tau}{i_q}\right) v_k

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    offset, bias : float or Tensor
        Number, or a tensor that broadcasts to (..., query, key). Lazy attention has one offset a
        head, (heads, 1, 1), and a bias by distance: see `distance_bias`.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError
        For queries, keys or values that are not floating point or differ in dtype, or a mask that
        is not boolean.
    ValueError
        For NaN or an infinity where something is attended, and sizes that do not fit together.

    Notes
    -----
    arXiv:2601.00919, without the rotary positions that it also has.
    """
    return read(queries, keys, values, partial(_weigh, offset=offset, bias=bias), mask)


def _weigh(scores: Tensor, offset: PerRow, bias: PerRow, mask: Mask | None) -> Tensor:
    return elastic_softmax(scores + require_broadcast("bias", bias, scores), offset, mask=mask)
