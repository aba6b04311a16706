"""Two maps that give up a part of softmax: its exponential, and the scores themselves."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, attended_keys, require_dimension, require_mask
from attnkit.validate import require_finite

__all__ = ["fixed_weights", "second_order_weights"]


@checked
def second_order_weights(
    scores: Float[Tensor, "*shape"], dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Weights in proportion to the exponential's first three terms.

    .. math:: p_i = \frac{1 + z_i + z_i^2/2}{\sum_j (1 + z_j + z_j^2/2)}

    Every weight is positive, for the numerator is at least a half. It falls until z = −1 and rises
    again below: a key that fits very badly gets much.

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
        For NaN or +inf among the attended scores, or a mask that does not broadcast. Values are
        looked at in eager mode only.

    References
    ----------
    Xue, Moosavi and Aletras 2025, "Deconstructing attention", arXiv:2510.11602, relax the form; the
    second order is that of Arora et al. 2024.
    """
    dim = require_dimension(dim, scores)
    if scores.numel() == 0:
        return scores.clone()
    attended = attended_keys(scores, mask)
    z = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if attended is not None:
        z = z.masked_fill(~attended, 0.0)
    require_finite("scores", z)
    # In units of the largest, whose square would overflow.
    reach = z.detach().abs().amax(dim, keepdim=True).clamp_min(1.0)
    raised = reach.reciprocal() ** 2 + z / reach / reach + (z / reach).square() / 2
    if attended is not None:
        raised = raised.masked_fill(~attended, 0.0)
    total = raised.sum(dim, keepdim=True)
    return (raised / total.where(total > 0, 1.0)).to(scores.dtype)


@checked
def fixed_weights(
    scores: Float[Tensor, "*shape"],
    seed: Annotated[int, Range(0, 2**63 - 1)] = 0,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax of normal numbers drawn for the places of one shape, whatever the scores are.

    .. math:: p_{ij} = \mathrm{softmax}_j(g_{ij}), \qquad g_{ij} \sim N(0, 1)

    The numbers belong to the seed and to (query, key), the shape of a map: those of a longer
    sequence do not begin with those of a shorter one. Draw the longest and cut it where they must.

    Parameters
    ----------
    scores : Tensor
        (..., query, key), or a row (key,): only shape and dtype are read, and every row of a batch
        gets the same numbers.
    seed : int
        What the numbers are drawn from.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For a seed that is negative, or a mask that does not broadcast.

    References
    ----------
    Xue, Moosavi and Aletras 2025, "Deconstructing attention", arXiv:2510.11602, relax what scores
    depend on; random ones that nobody learns are the furthest end.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(scores.shape[-2:], generator=generator, dtype=torch.float64)
    drawn = drawn.to(scores.device, scores.dtype).expand(scores.shape)
    if mask is not None:
        mask = require_mask(mask, scores.shape, "scores")
    return softmax(drawn, mask=mask)
