"""Scalable softmax: scores times s log n, so that a lead keeps its weight as the row grows."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.densities import softmax
from attnkit.length.shared.visible import Scale, require_scale, scaled_softmax, visible_by_mask
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["ssmax_attention", "ssmax_weights"]


@checked
def ssmax_weights(
    scores: Float[Tensor, "*shape"],
    scale: Scale,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax with the length of the row as its base.

    .. math:: p_i = \frac{n^{s z_i}}{\sum_j n^{s z_j}} = \mathrm{softmax}(s \log n \cdot z)_i

    n is the number of keys that the row may attend, so that each row of a causal mask has its own.
    A single key has weight one, whatever s.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero and is not counted.
    scale : float or Tensor
        s, a number, or a tensor that broadcasts to `scores` with size 1 along `dim`, such as one
        per head. Softmax where s log n = 1.
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
        For scores or a scale that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a scale outside [-1e6, 1e6], shapes that do not
        broadcast. Values are looked at in eager mode only.

    Notes
    -----
    Nakanishi 2025, "Scalable-Softmax is superior for attention", the definition of SSMax. There n
    is the size of the row that goes in; in a causal layer that is what the query sees.
    """
    scale = require_scale("scale", scale, scores, dim)
    return scaled_softmax(scores, lambda n: _of_dtype(scale, n) * n.log(), mask, dim)


@checked
@outside_autocast
def ssmax_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    scale: Scale,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Expectation of the values under `ssmax_weights` of the scores.

    .. math:: c_q = \sum_k p_{qk} v_k, \qquad
              p_q = \mathrm{softmax}\!\left((s \log n_q\, Q_q) K^\top / \sqrt d\right)

    The factor goes to the queries, of which there are fewer than scores.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    scale : float or Tensor
        s, a number, or a tensor that broadcasts to (..., query, 1), such as (heads, 1, 1).
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError, ValueError
        As `ssmax_weights`; ValueError also for sizes that do not fit together.

    Notes
    -----
    Nakanishi 2025, SSMax in place of the softmax of attention, also as a factor of the queries.
    """
    n_keys = visible_by_mask(queries, keys, mask)
    scale = require_scale("scale", scale, n_keys)
    factor = _of_dtype(scale, n_keys) * n_keys.clamp_min(1).log()
    return read(queries.to(factor.dtype) * factor, keys, values, softmax, mask).to(queries.dtype)


def _of_dtype(scale: float | Tensor, like: Tensor) -> float | Tensor:
    return scale.to(like.dtype) if isinstance(scale, Tensor) else scale
