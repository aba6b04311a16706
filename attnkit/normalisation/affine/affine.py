"""Softmax weights stretched about an equal share, which is itself moved."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.masks import Mask, require_dimension
from attnkit.normalisation.shared.broadcast import PerRow, require_broadcast
from attnkit.normalisation.shared.shares import shares_of

__all__ = ["affine_weights"]


@checked
def affine_weights(
    scores: Float[Tensor, "*shape"],
    scale: PerRow,
    mean_scale: PerRow,
    *,
    length: Annotated[int, Range(1, 2**40)] | None = None,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax times a scale, plus the same for every key of a row.

    .. math:: w_k = \alpha \left(p_k - \frac{1}{n}\right) + \frac{\bar\alpha}{n},
              \qquad p = \operatorname{softmax}(z)

    A row sums to :math:`\bar\alpha` whatever its own :math:`\alpha` is, and a weight is negative
    where :math:`p_k < (1 - \bar\alpha/\alpha)/n`.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero and does not count.
    scale, mean_scale : float or Tensor
        Alpha, and alpha with a bar: number, or a tensor that broadcasts to `scores`, of size one
        along `dim`. The paper's mean is a running one over queries: `AffineScale`.
    length : int or None
        What n is. By default each row's own number of keys that may be attended. With one length
        for all, a row of i keys sums to :math:`\alpha + (i/n)(\bar\alpha - \alpha)`.
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
        For scores, a scale or a mean that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a scale or mean that is not finite or differs
        along `dim`, a length below one, shapes that do not broadcast. Values are looked at in eager
        mode only.

    Notes
    -----
    Bae et al. 2026, arXiv:2602.23057, equations 6 to 9, in another form: derived here. The paper
    divides by the length of the keys.
    """
    dim = require_dimension(dim, scores)
    shares = shares_of(scores, dim, mask)
    weights = shares.weights
    scale = require_broadcast("scale", scale, weights, one_along=dim)
    mean_scale = require_broadcast("mean_scale", mean_scale, weights, one_along=dim)
    added = (mean_scale - scale) / (shares.n_attended if length is None else length)
    return shares.silent(scale * weights + added).to(scores.dtype)
