"""Softmax attention whose reading is multiplied by a logistic gate, one a head or one a channel."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.densities import attention, softmax
from attnkit.masks import Mask, require_dimension
from attnkit.normalisation.shared.broadcast import PerRow, require_broadcast

__all__ = ["gated_attention", "gated_weights"]


@checked
def gated_weights(
    scores: Float[Tensor, "*shape"],
    gate: PerRow = 0.0,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax as the readout feels it under one gate a row.

    .. math:: w_k = \sigma(g) \, \frac{e^{z_k}}{\sum_j e^{z_j}}

    The weights of a row sum to :math:`\sigma(g)`, whatever its keys are. They are those of softmax
    with one more key, of value zero and score :math:`\log \sum_j e^{z_j} - g`.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    gate : float or Tensor
        The gate before its logistic function: number, or a tensor that broadcasts to `scores`, of
        size one along `dim`.
    dim : int
        Dimension of the keys.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores or a gate that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a gate that is not finite or differs along `dim`,
        shapes that do not broadcast. Values are looked at in eager mode only.

    Notes
    -----
    Qiu et al. 2025, arXiv:2505.06708, headwise gates; that a gate is a key of value zero is derived
    here.
    """
    dim = require_dimension(dim, scores)
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    gate = require_broadcast("gate", gate, rows, one_along=dim)
    return (torch.sigmoid(gate) * softmax(rows, dim, mask)).to(scores.dtype)


@checked
def gated_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    gate: PerRow = 0.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Softmax attention, then a logistic gate on what was read.

    .. math:: y_{qc} = \sigma(g_{qc}) \sum_k \operatorname{softmax}_k\!\left(
              Q_q \cdot K_k / \sqrt{d}\right) v_{kc}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    gate : float or Tensor
        The gate before its logistic function: number, or a tensor that broadcasts to (..., query,
        channel): (..., query, 1) for one gate a head, the whole shape for one a channel.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError
        For queries, keys, values or a gate that are not floating point, or a mask that is not
        boolean.
    ValueError
        For NaN or an infinity where something is attended or in the gate, and sizes that do not
        fit together.

    Notes
    -----
    Qiu et al. 2025, arXiv:2505.06708: the place after the product with the values and before the
    output matrix, by the authors' code.
    """
    wide = torch.promote_types(queries.dtype, torch.float32)
    context = attention(queries.to(wide), keys.to(wide), values.to(wide), mask=mask)
    return (torch.sigmoid(require_broadcast("gate", gate, context)) * context).to(queries.dtype)
