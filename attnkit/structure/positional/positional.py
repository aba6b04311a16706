"""Attention whose queries and keys are places: one map for every input."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["positional_attention", "positional_weights", "sinusoidal_places"]

LONGEST = 10_000.0
"""The base of the wavelengths of Vaswani et al. 2017."""


@checked
def sinusoidal_places(
    n_places: Annotated[int, Range(0, 2**20)], width: Annotated[int, Range(1, 2**14)]
) -> Float[Tensor, "place width"]:
    r"""Return the sines and cosines that stand for places.

    .. math:: P_{t, 2i} = \sin(t / 10000^{2i/d}), \qquad P_{t, 2i+1} = \cos(t / 10000^{2i/d})

    Parameters
    ----------
    n_places : int
        How many places, counted from t = 0.
    width : int
        d; of an odd one the last cosine is left out.

    Returns
    -------
    Tensor (place, width), float32.

    Raises
    ------
    ValueError, TypeError
        For a number of places below 0, a width below 1, or either no integer.

    References
    ----------
    Vaswani et al. 2017, section 3.5.
    """
    powers = torch.arange(0, width, 2, dtype=torch.float64) / width
    angles = torch.arange(n_places, dtype=torch.float64)[:, None] / LONGEST**powers
    both = torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)
    return both[:, :width].to(torch.float32)


@checked
@outside_autocast
def positional_weights(
    query_places: Annotated[Float[Tensor, "*batch query width"], Finite()],
    key_places: Annotated[Float[Tensor, "*batch key width"], Finite(), Like("query_places")],
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Softmax of the inner products of places.

    .. math:: a_{ij} = \frac{\exp(\rho_i \cdot \kappa_j / \sqrt d)}
                            {\sum_k \exp(\rho_i \cdot \kappa_k / \sqrt d)}

    :math:`\rho_i` stands for the place of a query and :math:`\kappa_j` for that of a key: no token
    has a say.

    Parameters
    ----------
    query_places, key_places : Tensor
        (..., query, width) and (..., key, width), learned or given.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, key) of the places' dtype. Half precision is computed in float32.

    Raises
    ------
    TypeError, ValueError
        For places that are not floating point, hold NaN or an infinity, or differ in dtype or
        width; for a mask that is not boolean or does not broadcast.

    References
    ----------
    Back de Luca et al. 2025, "Positional attention", where places are one-hot vectors through
    learned matrices.
    """
    dtype = torch.promote_types(query_places.dtype, torch.float32)
    scale = 1 / math.sqrt(max(query_places.shape[-1], 1))
    scores = (query_places.to(dtype) * scale) @ key_places.to(dtype).mT
    return softmax(scores, mask=mask).to(query_places.dtype)


@checked
@outside_autocast
def positional_attention(
    query_places: Annotated[Float[Tensor, "*places query width"], Finite()],
    key_places: Annotated[Float[Tensor, "*places key width"], Finite(), Like("query_places")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("query_places")],
    *,
    mask: Mask | None = None,
) -> Float[Tensor, "*out query channel"]:
    r"""Expectation of the values under `positional_weights`: linear in the values.

    .. math:: c_i = \sum_j a_{ij} v_j, \qquad c(\lambda v + w) = \lambda\, c(v) + c(w)

    Parameters
    ----------
    query_places, key_places : Tensor
        (..., query, width) and (..., key, width).
    values : Tensor
        (..., key, channel), of the same dtype; its leading dimensions broadcast with the places'.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. What is left out
        may be NaN, and a query that may attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the values' dtype.

    Raises
    ------
    TypeError, ValueError
        For places as in `positional_weights`; for values of another dtype or number of keys, or
        with NaN or an infinity where a key is attended; for a mask that does not broadcast.

    References
    ----------
    Back de Luca et al. 2025, "Positional attention".
    """
    tensors = (query_places, key_places, values)
    if mask is not None:
        leading = torch.broadcast_shapes(query_places.shape[:-2], values.shape[:-2])
        tensors = tuple(each.expand(*leading, *each.shape[-2:]) for each in tensors)
    return read(*tensors, softmax, mask)
