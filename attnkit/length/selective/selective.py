"""Selective self-attention: a temperature of each query's own, and a weight of each value's own."""

from functools import partial
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.length.shared.visible import Scale, require_scale, scaled_softmax
from attnkit.masks import Mask, require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["selective_attention", "selective_weights"]


@checked
def selective_weights(
    scores: Float[Tensor, "*shape"],
    temperature: Scale,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax of scores that each row multiplies by its own inverse temperature.

    .. math:: p = \operatorname{softmax}(\tau z)

    A larger one means a sharper row; at one it is softmax. The order of the weights is that of the
    scores as long as it is positive.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    temperature : float or Tensor
        Number, or a tensor that broadcasts to `scores` with size 1 along `dim`.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores or temperatures that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a temperature that is not finite, or shapes that
        do not broadcast.

    Notes
    -----
    Zhang et al. 2024, arXiv:2411.12892 (abstract read), who call it an inverse temperature.
    """
    scale = require_scale("temperature", temperature, scores, dim)
    if isinstance(scale, Tensor):
        scale = scale.to(scores.dtype) if scores.dtype.itemsize > 2 else scale.float()
    return scaled_softmax(scores, lambda n_keys: scale, mask, dim)


@checked
@outside_autocast
def selective_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    temperatures: Annotated[Float[Tensor, "*batch query"], Finite()],
    *,
    value_temperatures: Float[Tensor, "*batch key"] | None = None,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Values, each times its own temperature, under `selective_weights`.

    .. math:: c_q = \sum_k p_{qk}\, \tau^v_k\, v_k, \qquad
              p_q = \operatorname{softmax}\left(\tau_q\, Q_q K^\top / \sqrt{d}\right)

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    temperatures : Tensor
        (..., query), as `SelectiveTemperature` makes them.
    value_temperatures : Tensor or None
        (..., key); a value whose temperature is zero is attended and says nothing.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); a query that may attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError
        For tensors that are not floating point, or queries, keys and values that differ in dtype.
    ValueError
        For NaN or an infinity where something is attended, and sizes that do not fit together.

    Notes
    -----
    Zhang et al. 2024, arXiv:2411.12892 (abstract read; the form is second-hand).
    """
    if value_temperatures is not None:
        of_key = None
        if mask is not None:
            shape = queries.shape[:-1] + keys.shape[-2:-1]
            of_key = mask.expand(shape).any(-2)
            value_temperatures = value_temperatures.masked_fill(~of_key, 0.0)
        values = require_finite_where_attended("values", values, of_key)
        values = (values * value_temperatures.unsqueeze(-1)).to(queries.dtype)
    weigh = partial(selective_weights, temperature=temperatures.unsqueeze(-1))
    return read(queries, keys, values, weigh, mask)
