"""Normmax: a density whose penalty is its norm."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities.normmax.newton import depth, powers
from attnkit.densities.shared.arguments import require_alpha
from attnkit.densities.shared.rows import attended_rows, back_in_place
from attnkit.masks import Mask
from attnkit.precision import widened

__all__ = ["normmax_weights"]

_AboveOne = Range(1.0, 1e6, open=True)


@checked
def normmax_weights(
    scores: Float[Tensor, "*shape"],
    alpha: Annotated[float, _AboveOne] | Annotated[Float[Tensor, "..."], _AboveOne] = 2.0,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weights that maximise expected score less the norm of the weights.

    .. math::
        p &= \arg\max_{p \ge 0,\; \sum p = 1} \; \sum_i p_i z_i - \lVert p \rVert_\alpha,
        \qquad p_i \propto [z_i - \tau]_+^{1/(\alpha - 1)}, \\
        1 &= \sum_i [z_i - \tau]_+^{\alpha/(\alpha - 1)}

    Towards alpha = 1 the best key has all; as alpha grows the weights become equal over the keys
    that `sparsemax` keeps.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
    alpha : float or Tensor
        Above 1 and below a million; a number, or a tensor that broadcasts to `scores` with size 1
        along `dim`. Above 2 a key enters the support with infinite slope.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype, computed in float64.

    Raises
    ------
    TypeError
        For scores or alpha that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, alpha outside (1, 1e6), shapes that do not
        broadcast.

    References
    ----------
    Blondel, Martins and Niculae 2020, "Learning with Fenchel-Young losses", norm entropies; the map
    is one of those in the entmax package (`normmax_bisect`). Newton's method is derived here, in
    `newton`.
    """
    rows = widened(attended_rows(scores, dim, mask))
    alpha = require_alpha(alpha, scores, dim % max(scores.ndim, 1))
    if scores.numel() == 0:
        return scores.clone()
    alphas = torch.as_tensor(alpha, dtype=rows.dtype, device=rows.device)
    alphas = alphas.movedim(dim, -1) if alphas.ndim else alphas
    seen = rows > -torch.inf
    held = rows.where(seen, torch.finfo(rows.dtype).min)
    best = held.detach().amax(-1, keepdim=True)
    gaps = (best - held).where(seen, 2.0).clamp(max=2.0)
    heights = depth(gaps.where(seen.any(-1, keepdim=True), 0.0), alphas) - gaps
    ratios = heights / heights.detach().amax(-1, keepdim=True).clamp(
        min=torch.finfo(heights.dtype).tiny
    )
    shares = powers(ratios, 1 / (alphas - 1)).where(seen, 0.0)
    weights = shares / shares.sum(-1, keepdim=True).where(seen.any(-1, keepdim=True), 1.0)
    return back_in_place(weights, scores, dim)
