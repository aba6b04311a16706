"""Softmax with an empty chair: a slot of fixed score and no value takes what nobody wants."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.validate import require_finite

__all__ = ["softmax_plus_one"]


@checked
def softmax_plus_one(
    scores: Float[Tensor, "*shape"],
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weights of a softmax over the keys and one key more, of score zero, that is not returned.

    .. math:: p_i = \frac{e^{z_i}}{1 + \sum_j e^{z_j}}

    The weights sum to less than one; what is missing, :math:`1 / (1 + \sum_j e^{z_j})`, is what the
    row does not read. Low scores everywhere read nothing at all.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
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
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, and shapes that do not broadcast. Values are
        looked at in eager mode only.

    Notes
    -----
    Miller 2023, "Attention is off by one" (a blog post, not read here; the formula is all that is
    taken from it). It is the key bias of Gu et al. 2024 with the bias key's score held at zero.
    """
    dim = require_dimension(dim, scores)
    allowed = scores
    if mask is not None:
        allowed = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    if scores.numel() == 0:
        return scores.clone()
    rows = (allowed if scores.ndim else allowed[None]).to(
        torch.promote_types(scores.dtype, torch.float32)
    )
    require_finite("scores", rows, allow_minus_inf=True)
    null = torch.zeros_like(rows.narrow(dim, 0, 1))
    weights = torch.cat([null, rows], dim).softmax(dim).narrow(dim, 1, rows.shape[dim])
    return weights.reshape(scores.shape).to(scores.dtype)
