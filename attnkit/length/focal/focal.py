"""Focal attention: softmax at a constant temperature below one."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.length.shared.visible import require_scale, scaled_softmax
from attnkit.masks import Mask

__all__ = ["entropy_slope", "focal_weights"]

Temperature = Annotated[float, Range(1e-6, 1e6)] | Annotated[Float[Tensor, "..."], Range(1e-6, 1e6)]


@checked
def focal_weights(
    scores: Float[Tensor, "*shape"],
    temperature: Temperature,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax at a temperature, fixed or learned, that does not know the length of the row.

    .. math:: p_i = \frac{e^{z_i / t}}{\sum_j e^{z_j / t}}

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    temperature : float or Tensor
        t, a number, or a tensor that broadcasts to `scores` with size 1 along `dim`; below one it
        sharpens.
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
        For scores or a temperature that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a temperature outside [1e-6, 1e6], shapes that do
        not broadcast. Values are looked at in eager mode only.

    Notes
    -----
    Ram, Xia and Soatto 2025, "Learning to focus: focal attention for selective and scalable
    transformers" (arXiv:2511.06818), of which only the abstract was read.
    """
    temperature = require_scale("temperature", temperature, scores, dim)

    def scale_of(n: Tensor) -> float | Tensor:
        return 1 / (temperature.to(n.dtype) if isinstance(temperature, Tensor) else temperature)

    return scaled_softmax(scores, scale_of, mask, dim)


@checked
def entropy_slope(
    scores: Float[Tensor, "*shape"],
    temperature: Temperature,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "..."]:
    r"""Slope of the weights' entropy in the temperature, which is never negative.

    .. math:: \frac{dH}{dt} = \frac{\mathrm{Var}_p(z)}{t^3}

    Parameters
    ----------
    scores : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    temperature : float or Tensor
        As `focal_weights` takes it.
    dim : int
        Where the keys lie.
    mask : Tensor or None
        As `focal_weights` takes it; zero for a row with no attended key.

    Returns
    -------
    Tensor
        The scores' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For a temperature outside its range, scores with NaN or +inf, and what does not broadcast.

    Notes
    -----
    Derived here: with u = 1/t, H = log Z − u d log Z/du, so that dH/du = −u Var(z).
    """
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    weights = focal_weights(scores, temperature, dim, mask)
    weighed = weights > 0
    mean = (weights * scores.where(weighed, 0.0)).sum(dim, keepdim=True)
    variance = (weights * (scores - mean).where(weighed, 0.0) ** 2).sum(dim)
    if isinstance(temperature, Tensor) and temperature.ndim:
        temperature = temperature.squeeze(dim)
    return variance / temperature**3
