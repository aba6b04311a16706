"""Normalised attention pooling: weights are the standardised scores of a row."""

from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities.shared.rows import attended_rows
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["EPSILON", "standardised_attention", "standardised_weights"]

EPSILON = 1e-3
"""What the authors' code adds to the deviation."""

Bounded = Range(-1e6, 1e6)
_PerRow = Annotated[float, Bounded] | Annotated[Float[Tensor, "*#shape"], Bounded]
_PerHead = Annotated[float, Bounded] | Annotated[Float[Tensor, "..."], Bounded]
_Epsilon = Annotated[float, Range(1e-12, 1e6)]


@checked
def standardised_weights(
    scores: Float[Tensor, "*shape"],
    gain: _PerRow = 1.0,
    bias: _PerRow = 0.0,
    dim: int = -1,
    mask: Mask | None = None,
    epsilon: _Epsilon = EPSILON,
) -> Float[Tensor, "*shape"]:
    r"""Weigh the keys of a row by their standardised scores, some of them negatively.

    .. math:: p_i = g \, \frac{z_i - \bar z}{s + \epsilon} + b, \qquad
              \bar z = \frac1n \sum_j z_j, \qquad s^2 = \frac1n \sum_j (z_j - \bar z)^2

    The weights sum to n b, and their squares to n (g² + b²) up to the small constant.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. A score of -inf gets weight zero and counts for nothing.
    gain, bias : float or Tensor
        g and b: a number, or a tensor that broadcasts to `scores`, such as one for each head.
    dim : int
        Dimension of the keys.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. Others count neither for
        the mean nor for the deviation, and have weight zero.
    epsilon : float
        Added to the deviation. A row of equal scores, or of one key, has weights b.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype, computed in at least float32.

    Raises
    ------
    TypeError
        For scores, gain or bias that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a gain or bias beyond a million, shapes that do
        not broadcast.

    References
    ----------
    Richter and Wattenhofer 2020, arXiv:2005.09561; the constant and the masked moments are those of
    the authors' code.
    """
    rows = attended_rows(scores, dim, mask)
    if scores.numel() == 0:
        return scores.clone()
    seen = rows > -torch.inf
    standard = _standardised(rows.where(seen, 0.0), seen, epsilon).movedim(-1, dim)
    standard = standard.reshape(scores.shape)
    here = seen.movedim(-1, dim).reshape(scores.shape)
    return (gain * standard + bias).where(here, 0.0).to(scores.dtype)


def _standardised(rows: Tensor, seen: Tensor, epsilon: float) -> Tensor:
    """Rows less their mean over their deviation, both of the keys that are seen."""
    counts = seen.sum(-1, keepdim=True).clamp(min=1)
    # Relative to the largest: squares of large scores would overflow.
    unit = rows.detach().abs().amax(-1, keepdim=True).clamp(min=1.0)
    scaled = rows / unit
    mean = scaled.sum(-1, keepdim=True) / counts
    centred = (scaled - mean).where(seen, 0.0)
    variance = centred.square().sum(-1, keepdim=True) / counts
    varies = variance > 0
    deviation = variance.where(varies, 1.0).sqrt().where(varies, 0.0)
    return centred / (deviation + epsilon / unit)


@checked
@outside_autocast
def standardised_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    gain: _PerHead = 1.0,
    bias: _PerHead = 0.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Read the values by standardised scores: no mean of them, but a covariance with the scores.

    .. math:: c = \sum_i p_i v_i = n \, g \, \frac{\mathrm{cov}(z, v)}{s + \epsilon} + b \sum_i v_i

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype. The scores are inner products over the root of the width, which the
        standardisation takes out again but for the small constant.
    gain, bias : float or Tensor
        g and b: a number, or a tensor that broadcasts to (..., query, key), such as (heads, 1, 1).
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype. It grows with the number of keys like its
    root: the authors put a layer norm behind it.

    Raises
    ------
    TypeError, ValueError
        As `standardised_weights`; ValueError also for NaN or an infinity where something is
        attended, and sizes that do not fit together.

    References
    ----------
    Richter and Wattenhofer 2020, arXiv:2005.09561; the covariance is derived here.
    """
    return read(queries, keys, values, partial(standardised_weights, gain=gain, bias=bias), mask)
