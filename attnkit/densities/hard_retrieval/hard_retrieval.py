"""All weight on one key: drawn from the row of softmax, or the best of it."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.densities.finite import softmax
from attnkit.masks import Mask, attended_keys, require_dimension
from attnkit.validate import require_finite

__all__ = ["hard_weights", "sampled_weights"]


@checked
def hard_weights(
    scores: Float[Tensor, "*shape"], dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Give all weight to the key of the largest score, in equal shares where several have it.

    .. math:: p_i = \lim_{T \to 0} \mathrm{softmax}(z / T)_i
                  = \frac{[\, z_i = \max_j z_j \,]}{\#\{j : z_j = \max\}}

    The end of every map of the alpha family as its temperature falls; entmax with alpha > 1 is
    there already at a temperature above zero. It has no gradient.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. A score of -inf gets weight zero.
    dim : int
        Dimension over which the weights sum to one.
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
        For NaN or +inf among the attended scores, a mask that does not broadcast.

    Notes
    -----
    Xu, Liu et al. 2020 (2009.14658), the map at decoding; shared ties are ours.
    """
    dim = require_dimension(dim, scores)
    attended = attended_keys(scores, mask)
    if scores.numel() == 0:
        return scores.clone()
    rows = scores if attended is None else scores.masked_fill(~attended, -math.inf)
    require_finite("scores", rows, allow_minus_inf=True)
    best = (rows == rows.amax(dim, keepdim=True)) & (rows > -math.inf)
    shares = best.to(torch.promote_types(scores.dtype, torch.float32))
    return (shares / shares.sum(dim, keepdim=True).clamp_min(1)).to(scores.dtype)


@checked
def sampled_weights(
    scores: Float[Tensor, "*shape"],
    dim: int = -1,
    mask: Mask | None = None,
    *,
    generator: torch.Generator,
) -> Float[Tensor, "*shape"]:
    r"""Draw one key of each row by its softmax weight, and give it all.

    .. math:: o = v_I, \quad I \sim p = \mathrm{softmax}(z), \qquad
              \frac{\partial L}{\partial p_j} := g \cdot v_j, \quad
              \frac{\partial L}{\partial v_j} = [\, I = j \,]\, g

    In the mean a read-out of these weights is softmax's. Its derivative in the scores is that of
    softmax, taken at the gradient g of what was drawn; values that were not drawn get none.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. A score of -inf gets weight zero.
    dim : int
        Dimension in which one key is drawn.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.
    generator : torch.Generator
        Of the draws, on the device of the scores.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype: a one in each row and zeros.

    Raises
    ------
    TypeError
        For scores that are not floating point, a mask that is not boolean, no generator.
    ValueError
        For NaN or +inf among the attended scores, a mask that does not broadcast.

    Notes
    -----
    Xu, Liu et al. 2020 (2009.14658), by the authors' code: training draws, decoding takes the best.
    """
    dim = require_dimension(dim, scores)
    weights = softmax(scores, dim, mask)
    if scores.numel() == 0 or scores.ndim == 0:
        return weights
    drawn = _one_of(weights.detach(), dim, generator)
    return drawn + (weights - weights.detach())


def _one_of(weights: Tensor, dim: int, generator: torch.Generator) -> Tensor:
    """One in the place that a uniform number falls to, zeros elsewhere; all zeros for no weight."""
    rows = weights.movedim(dim, -1)
    ends = rows.to(torch.promote_types(rows.dtype, torch.float32)).cumsum(-1)
    chance = torch.rand(
        ends.shape[:-1], generator=generator, dtype=ends.dtype, device=ends.device
    ).unsqueeze(-1)
    beyond = ends > chance * ends[..., -1:]
    first = beyond & (beyond.to(torch.int64).cumsum(-1) == 1)
    return first.to(weights.dtype).movedim(-1, dim)
