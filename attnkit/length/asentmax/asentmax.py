"""Adaptive-scalable entmax: a sparse map whose scale follows a power of the row's logarithm."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities import entmax
from attnkit.length.shared.visible import require_scale, scaled_scores
from attnkit.masks import Mask

__all__ = ["adaptive_scale", "asentmax_weights"]

Slope = Annotated[float, Range(-1e6, 1e6)] | Annotated[Float[Tensor, "..."], Range(-1e6, 1e6)]
Power = Annotated[float, Range(-16, 16)] | Annotated[Float[Tensor, "..."], Range(-16, 16)]
Alpha = Annotated[float, Range(1.0)] | Annotated[Float[Tensor, "..."], Range(1.0)]


@checked
def adaptive_scale(
    n_keys: Annotated[Float[Tensor, "*#shape"], Range(0.0, 1e15)],
    slope: Slope,
    power: Power,
) -> Float[Tensor, "..."]:
    r"""Scale that grows, stays or shrinks as a power of the logarithm of the row's length.

    .. math:: b(n) = 1 + \beta \, (\log(n + 1))^\gamma

    Constant at power zero; the plain map at slope zero. n + 1 keeps a negative power finite in a
    row of one key.

    Parameters
    ----------
    n_keys : Tensor
        n, of any shape.
    slope, power : float or Tensor
        β and γ; a tensor broadcasts with `n_keys`.

    Returns
    -------
    Tensor of the common shape, of the dtype of `n_keys`.

    Raises
    ------
    TypeError, ValueError
        For what is no number, or a slope or power too large to be one of a scale.

    Notes
    -----
    Vasylenko et al. 2025, "Long-context generalization with sparse attention", whose released code
    has the offset of one and the logarithm of n + 1.
    """
    slope, power = (p.to(n_keys.dtype) if isinstance(p, Tensor) else p for p in (slope, power))
    return 1 + slope * n_keys.log1p() ** power


@checked
def asentmax_weights(
    scores: Float[Tensor, "*shape"],
    slope: Slope,
    power: Power,
    alpha: Alpha = 1.5,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Entmax of scores at the `adaptive_scale` of the keys that each row may attend.

    .. math:: p = \mathrm{entmax}_\alpha\!\left((1 + \beta \, (\log(n + 1))^\gamma)\, z\right)

    At alpha = 1 it is softmax at the same scale: what sparsity adds is the difference.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero and is not counted.
    slope, power : float or Tensor
        β and γ, numbers, or tensors that broadcast to `scores` with size 1 along `dim`, such as one
        for each head and query.
    alpha : float or Tensor
        Of entmax, at least 1.
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
        For scores, a slope or a power that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a slope outside [-1e6, 1e6], a power outside
        [-16, 16], alpha below 1, shapes that do not broadcast. Values are looked at in eager mode
        only.

    Notes
    -----
    Vasylenko et al. 2025, "Long-context generalization with sparse attention", the definition of
    ASEntmax with its offset as in the released code.
    """
    slope = require_scale("slope", slope, scores, dim)
    power = require_scale("power", power, scores, dim)
    scaled = scaled_scores(scores, lambda n: adaptive_scale(n, slope, power), mask, dim)
    return entmax(scaled, alpha, dim).to(scores.dtype)
