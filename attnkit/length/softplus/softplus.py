"""Softplus in place of the exponential function: weights that grow no faster than their scores."""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from attnkit.arguments import checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.validate import is_traced

__all__ = ["softplus_weights"]

STRAIGHT = -37.0
"""Below this score, log softplus(z) is z to the last digit of float64; above minus it, softplus."""


@checked
def softplus_weights(
    scores: Float[Tensor, "*shape"], dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Weights in proportion to the softplus of the scores, which sum to one.

    .. math:: a_j = \frac{\log(1 + e^{z_j})}{\sum_k \log(1 + e^{z_k})}
              = \operatorname{softmax}(\log \log(1 + e^z))_j

    For low scores this is a softmax; among high ones a weight grows in proportion to its score and
    no faster. Computed in the second form, in which nothing underflows.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
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
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, or shapes that do not broadcast.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428, LSSA without its scale (abstract read; the formula is
    second-hand). The second form is derived here.
    """
    dim = require_dimension(dim, scores)
    allowed = scores
    if mask is not None:
        allowed = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    rows = allowed.to(torch.promote_types(scores.dtype, torch.float32))
    return softmax(_log_softplus(rows), dim).to(scores.dtype)


def _log_softplus(rows: Tensor) -> Tensor:
    """Of any score: nothing underflows, and -inf stays what it is."""
    if not is_traced(rows) and rows.numel() and bool(rows.detach().amin() > STRAIGHT):
        return softplus(rows, threshold=-STRAIGHT).log()
    high = rows.clamp_min(STRAIGHT)
    return softplus(high, threshold=-STRAIGHT).log().where(rows > STRAIGHT, rows)
