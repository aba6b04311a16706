"""Alpha-ReLU: entmax's profile above a threshold that is given instead of found."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.shared.rows import attended_rows, back_in_place
from attnkit.masks import Mask
from attnkit.validate import require_finite_results

__all__ = ["alpha_relu_weights"]

Threshold = Annotated[float, Range()] | Annotated[Float[Tensor, "*#shape"], Finite()]


@checked
def alpha_relu_weights(
    scores: Float[Tensor, "*shape"],
    alpha: Annotated[float, Range(1.0, 64.0, open=True)] = 1.5,
    threshold: Threshold = 0.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weigh each key by itself, as `entmax` would if its threshold were this.

    .. math:: p_i = [(\alpha - 1)(z_i - \tau)]_+^{1/(\alpha - 1)}

    With the threshold of `entmax` for the row it is entmax; with one that is fixed the weights sum
    to anything, and in rows of one kind to a multiple of their length. At alpha = 2 it is a ReLU.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
    alpha : float
        Above 1, and below 64. Above 2 the slope at the threshold is infinite.
    threshold : float or Tensor
        The score that a key must exceed to get any weight; a number, or a tensor that broadcasts to
        `scores`.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. Others have weight zero
        and no gradient.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype, computed in at least float32.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, alpha outside (1, 64), a threshold that is not
        finite or does not broadcast, weights beyond the dtype.

    References
    ----------
    Tezekbayev et al. 2022, arXiv:2111.06832, whose tau is (alpha - 1) times the one here.
    """
    rows = attended_rows(scores, -1, mask)
    if scores.numel() == 0:
        return scores.clone()
    heights = (alpha - 1) * (rows - threshold)
    above = heights > 0
    weights = heights.where(above, 1.0) ** (1 / (alpha - 1))
    placed = back_in_place(weights.where(above, 0.0), scores, -1)
    require_finite_results({"weights": placed}, scores=rows.where(above, 0.0))
    return placed
