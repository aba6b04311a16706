r"""Densities over nodes that carry base masses: the solver of `best_key` with weighted sums.

Node j has score f_j and base mass w_j >= 0. Write g_j for the gap to the best score, a = alpha - 1
and r = 1 / a. Every density of the family is

    p_j = R_j / sum_i w_i R_i,        R_j = [1 - a g_j / s]_+ ^ r,

and only the scale s tells them apart: the one that maximises expected score minus Tsallis
negentropy has s = p_best ^ a, the root of ``s^r sum_j w_j R_j = 1``. The norm
``(sum_j w_j [s - a g_j]_+ ^ r) ^ a`` is convex and increasing in s, so Newton from above falls to
the root without a bracket, as in `best_key`. Two points are above: w_best^-a, since no node holds
more than all, and ``a mean(g) + m^-a`` with m the total mass, by Jensen's inequality. Derived here.
"""

import math

import torch
from torch import Tensor

from attnkit.densities.finite.derivative import order_slope
from attnkit.densities.finite.iteration import has_settled, newton_bound
from attnkit.densities.kernel.deformed import deformed_log

__all__ = ["density_of", "escort_of", "gaps_of", "normaliser_of"]

_SMALLEST_EXCESS = 1e-20  # stands for alpha - 1 = 0; log1p(a x) / a is x to the last bit


def density_of(score: Tensor, masses: Tensor, alpha: float | Tensor) -> Tensor:
    """p_j of the maximiser; differentiable in all three, to every order."""
    compiled = torch.compiler.is_compiling()
    return (_Density if compiled else _TransformableDensity).apply(score, masses, alpha)


def normaliser_of(score: Tensor, masses: Tensor, density: Tensor, alpha: float | Tensor) -> Tensor:
    """A in p = exp_(2 - alpha)(f - A), read off at the best node; infinite without mass."""
    best = score.masked_fill(masses <= 0, -math.inf).argmax(-1, keepdim=True)
    height = density.gather(-1, best)
    empty = height <= 0
    logarithm = deformed_log(height.masked_fill(empty, 1.0), alpha)
    return (score.gather(-1, best) - logarithm).masked_fill(empty, math.inf)


def gaps_of(score: Tensor, masses: Tensor) -> tuple[Tensor, Tensor]:
    """Gaps to the best score among the nodes with mass, infinite where there is no mass; best."""
    held = score.masked_fill(masses <= 0, -math.inf)
    best = held.amax(-1, keepdim=True).clamp(min=torch.finfo(score.dtype).min)
    return (best - held).where(masses > 0, math.inf), best


def _scale_of(gaps: Tensor, masses: Tensor, alpha: float | Tensor) -> Tensor:
    """The scale s of the maximiser; 1 where no node has mass."""
    excess = _excess(alpha)
    drops = gaps * excess
    tiny = torch.finfo(masses.dtype).tiny
    total = _sum(masses).clamp(min=tiny)
    of_best = masses.where(gaps == 0, 0.0).amax(-1, keepdim=True).clamp(min=tiny)
    mean_drop = _sum((masses * drops).where(masses > 0, 0.0)) / total
    scale = torch.minimum(mean_drop + _power(total, -excess), _power(of_best, -excess))
    alone = _sum(masses) <= 0
    most = newton_bound(float(2 * masses.shape[-1]) ** 2, masses.dtype)
    for _ in range(most):
        powers, slopes = _powers_of(drops, scale, excess)
        mass = _sum(masses * powers).clamp(min=tiny)
        change = mass / _sum(masses * slopes).clamp(min=tiny) * (_power(mass, -excess) - scale)
        change = change.masked_fill(alone, 0.0)
        scale = scale + change
        if has_settled(change.abs(), scale):
            break
    return scale.masked_fill(alone, 1.0)


def _powers_of(drops: Tensor, scale: Tensor, excess: float | Tensor) -> tuple[Tensor, Tensor]:
    """R^(1) and its slope: [1 - drops / scale]_+ to the powers 1 / excess and 1 / excess - 1."""
    reach = drops / scale
    ratios = (1 - reach).relu()
    order = 1 / excess
    if isinstance(order, float):
        if order == 1:
            return ratios, ratios.ceil()
        if order == 2:
            return ratios * ratios, ratios
    below = reach.clamp(max=1 - torch.finfo(reach.dtype).eps / 2)
    slopes = torch.exp(torch.log1p(-below) * (order - 1)) * ratios.ceil()
    return slopes * ratios, slopes


def escort_of(density: Tensor, alpha: float | Tensor) -> Tensor:
    """p^(2 - alpha) on the support and zero elsewhere; with the derivative of p in the score."""
    supported = density > 0
    return (density.where(supported, 1.0) ** (2 - alpha)).where(supported, 0.0)


class _Density(torch.autograd.Function):
    """The maximiser, with  dp = e (x - mean_e of x) - e sum(p dw) / sum(w e),  x = df - h dalpha.

    With its reverse derivative, as far as torch.compile accepts it.
    """

    @staticmethod
    def forward(score, masses, alpha):
        gaps, _ = gaps_of(score, masses)
        excess = _excess(alpha)
        powers, _ = _powers_of(gaps * excess, _scale_of(gaps, masses, alpha), excess)
        return powers / _sum(masses * powers).clamp(min=torch.finfo(score.dtype).tiny)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, masses, alpha = inputs
        tensors = (output, masses, alpha) if isinstance(alpha, Tensor) else (output, masses)
        ctx.save_for_backward(*tensors)
        ctx.alpha = None if isinstance(alpha, Tensor) else alpha

    @staticmethod
    def backward(ctx, cotangent):
        density, masses, *rest = ctx.saved_tensors
        alpha = rest[0] if rest else ctx.alpha
        escort = escort_of(density, alpha)
        total = _sum(masses * escort)
        pull = _sum(cotangent * escort) / total.where(total > 0, 1.0)
        by_score = escort * (cotangent - masses * pull)
        by_mass = -density * pull
        if not rest:
            return by_score, by_mass, None
        return by_score, by_mass, -_sum(by_score * order_slope(density, alpha))


class _TransformableDensity(_Density):
    """The same with vmap, which torch.compile refuses."""

    @staticmethod
    def vmap(info, in_dims, score, masses, alpha):
        def leading(tensor, dim):
            if not isinstance(tensor, Tensor):
                return tensor
            if dim is not None:
                return tensor.movedim(dim, 0)
            return tensor.expand(info.batch_size, *tensor.shape)

        parts = map(leading, (score, masses, alpha), in_dims)
        return _TransformableDensity.apply(*parts), 0


def _excess(alpha: float | Tensor) -> float | Tensor:
    if isinstance(alpha, Tensor):
        return (alpha - 1).clamp(min=_SMALLEST_EXCESS)
    return max(alpha - 1, _SMALLEST_EXCESS)


def _power(base: Tensor, exponent: float | Tensor) -> Tensor:
    return torch.exp(base.log() * exponent)


def _sum(terms: Tensor) -> Tensor:
    return terms.sum(-1, keepdim=True)
