"""Attention with a budget: up to k keys' worth of weight, and no key above one."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities.budget.threshold import exponential, saturation
from attnkit.densities.shared.arguments import KernelAlpha, require_alpha
from attnkit.densities.shared.rows import attended_rows, back_in_place
from attnkit.masks import Mask
from attnkit.precision import widened

__all__ = ["budget_weights"]


@checked
def budget_weights(
    scores: Float[Tensor, "*shape"],
    budget: Annotated[float, Range(0.0, 2.0**30)] = 2.0,
    alpha: KernelAlpha = 1.5,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Share out k instead of one, and give no key more than one.

    .. math::
        p &= \arg\max_{0 \le p \le 1,\; \sum p = k} \; \sum_i p_i z_i - \Omega_\alpha(p), \\
        p_i &= \min\bigl( [(\alpha - 1)(z_i - \tau)]_+^{1/(\alpha - 1)},\, 1 \bigr)

    At k = 1 it is `entmax`. For a larger k the best keys are taken whole, those far below not at
    all, and what lies between shares the rest: a soft choice of the best k.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
    budget : float
        What a row sums to (k); it need not be whole. A row with fewer keys takes all of them whole.
    alpha : float or Tensor
        From 1, where the keys between are shared out by exponentials, to 2; a number, or a tensor
        that broadcasts to `scores` with size 1 along `dim`.
    dim : int
        Dimension of the keys.
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
        For NaN or +inf among the attended scores, a budget below zero, alpha outside [1, 2], shapes
        that do not broadcast.

    References
    ----------
    Malaviya et al. 2018, arXiv:1805.08241, for a cap on each weight. At alpha = 2 it is a
    projection and the `budget_bisect` of the entmax package; other alphas, bracket and derivatives
    are derived here, in `threshold`.
    """
    rows = widened(attended_rows(scores, dim, mask))
    alpha = require_alpha(alpha, scores, dim % max(scores.ndim, 1))
    if scores.numel() == 0:
        return scores.clone()
    alphas = torch.as_tensor(alpha, dtype=rows.dtype, device=rows.device)
    alphas = alphas.movedim(dim, -1) if alphas.ndim else alphas
    seen = rows > -torch.inf
    allowed = widened(seen.sum(-1, keepdim=True)).clamp(max=budget)
    measured = _from_the_last_whole(rows, allowed)
    level = saturation(measured, alphas, allowed.clamp(min=torch.finfo(rows.dtype).tiny))
    weights = exponential((measured - level).clamp(max=0), alphas)
    return back_in_place(weights.where(seen & (allowed > 0), 0.0), scores, dim)


def _from_the_last_whole(rows: Tensor, allowed: Tensor) -> Tensor:
    """Scores less that of the ceil(k)-th best key, which is at -inf in an empty row."""
    place = allowed.ceil().long().clamp(min=1) - 1
    level = rows.detach().sort(-1, descending=True).values.gather(-1, place)
    return rows - level.clamp(min=torch.finfo(rows.dtype).min)
