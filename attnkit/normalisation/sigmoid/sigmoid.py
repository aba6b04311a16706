"""Sigmoid attention: a logistic function of each score, with a bias of minus the log of n."""

import math
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.masks import Mask, count_attended, require_dimension, require_mask
from attnkit.normalisation.shared.broadcast import PerRow, require_broadcast
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.validate import require_finite

__all__ = ["sigmoid_attention", "sigmoid_weights"]


@checked
def sigmoid_weights(
    scores: Float[Tensor, "*shape"],
    bias: PerRow | None = None,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weigh each key by itself: a logistic function of its score plus a bias.

    .. math:: p_i = \frac{1}{1 + e^{-(z_i + b)}}, \qquad b = -\log n

    The weights lie between zero and one and need not sum to one: n equal scores of zero give
    :math:`n / (n + 1)`. Another key's score does not matter, a constant added to all scores does.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    bias : float, Tensor or None
        Number, or a tensor that broadcasts to `scores`. By default minus the logarithm of n, the
        number of keys of the row that may be attended: those not masked, with a score above -inf.
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
        For scores or a bias that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a bias that is not finite, shapes that do not
        broadcast. Values are looked at in eager mode only.

    Notes
    -----
    Ramapuram et al. 2024, "Theory, analysis, and best practices for sigmoid self-attention",
    equation 3 and section 3 for the bias. There n is one length for all rows, of training; here it
    is each row's own, so that a causal row's sum does not depend on its place.
    """
    dim = require_dimension(dim, scores)
    allowed = scores
    if mask is not None:
        allowed = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    if scores.numel() == 0:
        return scores.clone()
    rows = allowed.to(torch.promote_types(scores.dtype, torch.float32))
    require_finite("scores", rows, allow_minus_inf=True)
    return torch.sigmoid(rows + _bias(rows, bias, dim)).to(scores.dtype)


def _bias(rows: Tensor, bias: PerRow | None, dim: int) -> Tensor:
    if bias is None:
        return -count_attended(rows, dim).log()
    return require_broadcast("bias", bias, rows)


@checked
@outside_autocast
def sigmoid_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    bias: PerRow | None = None,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Sum the values, each by the logistic function of its own score.

    .. math:: c_q = \sum_k \sigma\!\left(Q_q \cdot K_k / \sqrt{d} + b\right) v_k

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    bias : float, Tensor or None
        Number, or a tensor that broadcasts to (..., query, key), such as (heads, 1, 1). By default
        minus the logarithm of the number of keys that the query may attend.
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
    Ramapuram et al. 2024, equation 3.
    """
    return read(queries, keys, values, partial(sigmoid_weights, bias=bias), mask)
