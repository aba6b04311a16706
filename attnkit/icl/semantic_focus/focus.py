"""Softmax over the keys of the highest scores."""

import math
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask

__all__ = ["focused_weights"]


@checked
def focused_weights(
    scores: Annotated[Float[Tensor, "*batch key"], Finite(minus_inf=True)],
    n_kept: Annotated[int, Range(1, 2**30)],
    mask: Mask | None = None,
) -> Float[Tensor, "*batch key"]:
    r"""Return softmax weights over the keys whose scores are among the highest.

    .. math:: p_i = \frac{[z_i \ge z_{(k)}]\, e^{z_i}}{\sum_j [z_j \ge z_{(k)}]\, e^{z_j}}

    Here the k-th highest score counts; keys that tie with it are all kept, so that the order of the
    keys does not matter. With as many kept as there are, this is softmax. Keys left out get no
    gradient.

    Parameters
    ----------
    scores : Tensor
        (..., key). Half precision is computed in float32; -inf is the score of a masked key.
    n_kept : int
        How many keys are kept, at least one.
    mask : Tensor or None
        Boolean, broadcasts to the scores; true where a key may be attended.

    Returns
    -------
    Tensor
        (..., key) of the scores' dtype; a row without a key is zero.

    Raises
    ------
    ValueError, TypeError
        NaN or +inf, no key to be kept, a mask that does not fit.

    References
    ----------
    Ram et al. 2025, arXiv:2506.14095, for attention whose sparsity depends on the input.
    """
    if mask is not None:
        scores = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    if n_kept >= scores.shape[-1]:
        return softmax(scores)
    least = scores.detach().topk(n_kept, -1).values[..., -1:]
    return softmax(scores, mask=scores >= least)
