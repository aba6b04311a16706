"""Additive scores of inputs, and the weights over them that are a pointer's answer."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, attended_keys
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["additive_scores", "largest_clipped_weight", "pointer_weights"]

Clip = Annotated[float, Range(0.0, 1e4, open=True)]


@checked
@outside_autocast
def additive_scores(
    queries: Annotated[Float[Tensor, "*batch query feature"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries"), Finite()],
    vector: Annotated[Float[Tensor, " feature"], Like("queries"), Finite()],
) -> Float[Tensor, "*batch query key"]:
    r"""Score each key by one hidden layer that reads it together with the query.

    .. math:: z_{ij} = v \cdot \tanh(q_i + k_j)

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), each already through its own matrix.
    vector : Tensor
        v, (feature,).

    Returns
    -------
    Tensor
        (..., query, key), of the queries' dtype; at most the sum of v's magnitudes.

    Raises
    ------
    TypeError, ValueError
        For what is not finite or not floating point, and shapes that do not fit.

    References
    ----------
    Bahdanau et al. 2015, "Neural machine translation by jointly learning to align and translate";
    Vinyals et al. 2015 point with it, as public implementations agree.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    both = queries.to(dtype)[..., :, None, :] + keys.to(dtype)[..., None, :, :]
    return (both.tanh() @ vector.to(dtype)).to(queries.dtype)


@checked
def pointer_weights(
    scores: Float[Tensor, "*shape"], clip: Clip | None = None, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Return the weights over the inputs, with scores that may be clipped.

    .. math:: p_i = \mathrm{softmax}(C \tanh z)_i

    Parameters
    ----------
    scores : Tensor
        (..., key). Half precision is computed in float32. A score of -inf gets weight zero.
    clip : float or None
        C, the largest that a score can become; None leaves the scores as they are.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; false for an input that must not be pointed at, such as
        one that was chosen before. A row without any gets zeros.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError, ValueError
        For NaN or +inf among the attended scores, a clip that is not positive, shapes that do not
        fit.

    References
    ----------
    Vinyals et al. 2015, "Pointer networks", without a clip; Bello et al. 2017, "Neural
    combinatorial optimization with reinforcement learning", with one of 10.
    """
    if clip is None or scores.numel() == 0:
        return softmax(scores, mask=mask)
    seen = attended_keys(scores, mask)
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if seen is None:
        require_finite("scores", rows)
        return softmax(clip * rows.tanh()).to(scores.dtype)
    rows = rows.masked_fill(~seen, 0.0)
    require_finite("scores", rows)
    return softmax(clip * rows.tanh(), mask=seen).to(scores.dtype)


@checked
def largest_clipped_weight(n_keys: Annotated[int, Range(1, 10**12)], clip: Clip) -> float:
    r"""Return the most that one of n inputs can get from clipped scores.

    .. math:: \frac{1}{1 + (n - 1)\, e^{-2C}}

    Parameters
    ----------
    n_keys : int
        Inputs n that may be pointed at; those that are masked do not count.
    clip : float
        C, above zero.

    Returns
    -------
    float
        Approached where its score is large and all others are very negative.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    References
    ----------
    Derived here.
    """
    return 1 / (1 + (n_keys - 1) * math.exp(-2 * clip))
