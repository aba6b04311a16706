"""Weights that learned waves make of a row of scores, through a few hidden numbers."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.masks import Mask, attended_keys
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["karat_weights"]


@checked
@outside_autocast
def karat_weights(
    scores: Float[Tensor, "*batch key"],
    waves: Annotated[Float[Tensor, "hidden key 2 grid"], Like("scores"), Finite()],
    output: Annotated[Float[Tensor, "key hidden"], Like("scores"), Finite()],
    mask: Mask | None = None,
) -> Float[Tensor, "*batch key"]:
    r"""Weights by a learned function for each pair of a hidden number and a key's place.

    .. math:: p_i = \sum_l W_{il} \sum_j \varphi_{lj}(z_j), \qquad
              \varphi_{lj}(z) = \sum_{m=1}^{G} \gamma_{ljm} \cos mz + \gamma'_{ljm} \sin mz

    Nothing holds the weights together: they may be negative, and sum to anything. The number of
    keys is that of the functions, which belong to places: keys in another order get other weights.

    Parameters
    ----------
    scores : Tensor
        (..., key), as many as there are functions. Half precision is computed in float32 and
        returned as half precision. A score of -inf is that of a masked key.
    waves : Tensor
        (hidden, key, 2, grid): what the cosine and the sine of each frequency are multiplied by.
    output : Tensor
        (key, hidden), from the hidden numbers to the weights.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A masked key says nothing
        to any hidden number and gets weight zero.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For tensors that are not floating point or of several dtypes, or a mask that is no boolean.
    ValueError
        For another number of keys than there are functions, NaN or infinities, or a mask that does
        not broadcast.

    References
    ----------
    Maity, Hitsman, Li and Dutta 2025, "Kolmogorov-Arnold attention", arXiv:2503.10632, the Fourier
    basis and the low rank.
    """
    attended = attended_keys(scores, mask)
    dtype = torch.promote_types(scores.dtype, torch.float32)
    z = scores.to(dtype)
    if attended is not None:
        z = z.masked_fill(~attended, 0.0)
    require_finite("scores", z)
    angles = z[..., None] * torch.arange(1, waves.shape[-1] + 1, dtype=dtype, device=z.device)
    heights = torch.stack([angles.cos(), angles.sin()], -2)
    if attended is not None:
        heights = heights.masked_fill(~attended[..., None, None], 0.0)
    hidden = heights.flatten(-3) @ waves.to(dtype).flatten(1).mT
    weights = hidden @ output.to(dtype).mT
    if attended is not None:
        weights = weights.masked_fill(~attended, 0.0)
    return weights.to(scores.dtype)
