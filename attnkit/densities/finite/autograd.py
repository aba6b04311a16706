r"""Forward and backward of a density in its scores, its base masses and alpha, to every order.

On the support, z_i - threshold = (p_i^excess - 1) / excess with excess = alpha - 1, and
sum_i w_i p_i = 1. Differentiating both,

    dp_i = e_i (x_i - (sum_j w_j e_j x_j + sum_j p_j dw_j) / sum_j w_j e_j),
    x_i = dz_i - h_i dalpha,    e_i = p_i^(2 - alpha),    h_i = d/dalpha [(p_i^excess - 1) / excess]

with the escort weights e (Martins et al. 2020). With unit masses it is the escort covariance:
symmetric, so it serves both directions. It is made of differentiable operations on p alone; hence
derivatives of every order, and no 0 / 0 at zero weights or at alpha = 1. Derived here.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.densities.finite.below_one import weights_below_one
from attnkit.densities.finite.newton import density_up_to_two, mass_sum, weights_from_two
from attnkit.precision import widened
from attnkit.validate import is_traced

__all__ = ["alpha_slope", "density_of", "escort_of"]

# Escort weights beyond it are alone in their row, and infinite in the limit.
_LARGEST = {torch.float64: 1e150, torch.float32: 1e18}
_BLOCK = {"cpu": 2**18}  # scores per block, about what a core's cache holds
_BLOCK_ELSEWHERE = 2**25


def density_of(scores: Tensor, alpha: float | Tensor, masses: Tensor | None = None) -> Tensor:
    """Density over the last dimension; alpha a number, or a tensor of the rows' shape with 1.

    With masses (of the shape of the scores) alpha is at most 2. At alpha = 1, without masses, it is
    torch's own softmax, which has every derivative.
    """
    if masses is None and not isinstance(alpha, Tensor) and alpha == 1:
        return _softmax(scores)
    compiled = torch.compiler.is_compiling()
    return (_Density if compiled else _TransformableDensity).apply(scores, alpha, masses)


def _softmax(scores: Tensor) -> Tensor:
    """Softmax over the last dimension; a row of nothing but -inf gives zeros."""
    empty = scores.detach().amax(-1, keepdim=True) == -math.inf
    if not is_traced(scores) and not bool(empty.any()):
        return scores.softmax(-1)
    return scores.masked_fill(empty, 0.0).softmax(-1).masked_fill(empty, 0.0)


def escort_of(density: Tensor, alpha: float | Tensor) -> Tensor:
    """p^(2 - alpha) on the support and zero elsewhere."""
    if not isinstance(alpha, Tensor) and alpha == 1.5 and not torch.is_grad_enabled():
        return density.sqrt()  # whose slope at zero is infinite: only where nobody asks for it
    supported = density > 0
    return (density.where(supported, 1.0) ** (2 - alpha)).where(supported, 0.0)


class _Density(torch.autograd.Function):
    """The map with its reverse derivative, as far as torch.compile accepts it."""

    @staticmethod
    def forward(scores, alpha, masses):
        if torch.compiler.is_compiling():
            return _solve(scores, alpha, masses)
        return _solve_in_blocks(scores, alpha, masses)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, alpha, masses = inputs
        ctx.alpha = None if isinstance(alpha, Tensor) else alpha
        ctx.has_masses = masses is not None
        tensors = [part for part in (output, alpha, masses) if isinstance(part, Tensor)]
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)

    @staticmethod
    def backward(ctx, cotangent):
        density, alpha, masses = _saved(ctx)
        escort, total, cotangent = _escort(density, alpha, masses, cotangent)
        pull = (escort * cotangent).sum(-1, keepdim=True) / total
        pulled = pull if masses is None else masses * pull
        by_score = (escort * (cotangent - pulled)).to(density.dtype)
        by_alpha = by_mass = None
        if ctx.alpha is None:
            by_alpha = -(by_score * alpha_slope(density, alpha)).sum(-1, keepdim=True)
        if masses is not None:
            by_mass = -density * pull
        return by_score, by_alpha, by_mass


class _TransformableDensity(_Density):
    """The same with forward derivatives and vmap, which torch.compile refuses."""

    @staticmethod
    def jvp(ctx, scores_tangent, alpha_tangent, masses_tangent):
        density, alpha, masses = _saved(ctx)
        tangent = torch.zeros_like(density) if scores_tangent is None else scores_tangent
        if alpha_tangent is not None:
            tangent = tangent - alpha_slope(density, alpha) * alpha_tangent
        escort, total, tangent = _escort(density, alpha, masses, tangent)
        pull = mass_sum(escort * tangent, masses)
        if masses_tangent is not None:
            pull = pull + (density * masses_tangent).sum(-1, keepdim=True)
        return (escort * (tangent - pull / total)).to(density.dtype)

    @staticmethod
    def vmap(info, in_dims, scores, alpha, masses):
        def leading(part, dim):
            if not isinstance(part, Tensor):
                return part
            if dim is not None:
                return part.movedim(dim, 0)
            return part.expand(info.batch_size, *part.shape)

        parts = map(leading, (scores, alpha, masses), in_dims)
        return _TransformableDensity.apply(*parts), 0


def _saved(ctx) -> tuple[Tensor, float | Tensor, Tensor | None]:
    tensors = list(ctx.saved_tensors)
    masses = tensors.pop() if ctx.has_masses else None
    return tensors[0], (tensors[1] if ctx.alpha is None else ctx.alpha), masses


def _escort(
    density: Tensor, alpha: float | Tensor, masses: Tensor | None, values: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Escort weights, their total mass, and the values, from a zero that keeps their digits."""
    wide = masses is None and _exceeds_two(alpha)
    escort = escort_of(widened(density) if wide else density, alpha)
    if wide:  # the largest escort weight may dwarf the rest: measure from its own value
        escort = escort.clamp(max=_LARGEST[escort.dtype])
        values = values - values.gather(-1, escort.argmax(-1, keepdim=True))
    total = mass_sum(escort, masses).clamp(min=torch.finfo(escort.dtype).tiny)
    return escort, total, values


def alpha_slope(density: Tensor, alpha: float | Tensor) -> Tensor:
    """h of the derivation: by how much raising alpha acts like lowering the score."""
    logarithm = density.where(density > 0, 1.0).log()
    return logarithm**2 * _tail((1 - alpha) * logarithm)


def _tail(t: Tensor) -> Tensor:
    """(1 - (1 + t) exp(-t)) / t^2, with derivatives free of cancellation at 0."""
    small = t.abs() < 1
    near, far = t.where(small, 0.0), t.where(~small, 1.0)
    series = torch.zeros_like(t)
    for k in reversed(range(19)):
        series = series * near + (-1) ** k * (k + 1) / math.factorial(k + 2)
    return series.where(small, (1 - (1 + far) * torch.exp(-far)) / far**2)


def _solve_in_blocks(scores: Tensor, alpha: float | Tensor, masses: Tensor | None) -> Tensor:
    """The rows in blocks that a cache holds."""
    n_keys = scores.shape[-1]
    rows = scores.reshape(-1, n_keys)
    alphas = alpha.reshape(-1, 1) if isinstance(alpha, Tensor) else alpha
    of_rows = None if masses is None else masses.reshape(-1, n_keys)
    size = max(1, _BLOCK.get(scores.device.type, _BLOCK_ELSEWHERE) // n_keys)
    density = torch.empty_like(rows)
    for start in range(0, len(rows), size):
        block = slice(start, start + size)
        of_block = alphas[block] if isinstance(alphas, Tensor) else alphas
        density[block] = _solve(rows[block], of_block, None if masses is None else of_rows[block])
    return density.reshape(scores.shape)


def _solve(scores: Tensor, alpha: float | Tensor, masses: Tensor | None) -> Tensor:
    if masses is not None:
        return density_up_to_two(scores, alpha, masses)
    if not isinstance(alpha, Tensor):
        return _solver_of(alpha)(scores, alpha)
    weights = density_up_to_two(scores, alpha.clamp(1.0, 2.0))
    if _any(alpha, alpha > 2):
        weights = weights.where(alpha <= 2, weights_from_two(scores, alpha.clamp(min=2.0)))
    if _any(alpha, alpha < 1):
        weights = weights.where(alpha >= 1, weights_below_one(scores, alpha.clamp(max=1.0)))
    return weights


def _solver_of(alpha: float) -> Callable[[Tensor, float], Tensor]:
    if alpha < 1:
        return weights_below_one
    return density_up_to_two if alpha <= 2 else weights_from_two


def _exceeds_two(alpha: float | Tensor) -> bool:
    """Whether any alpha is, or when traced could be, above 2."""
    return _any(alpha, alpha > 2) if isinstance(alpha, Tensor) else alpha > 2


def _any(alpha: Tensor, such: Tensor) -> bool:
    """Whether there is such an alpha, or when traced could be."""
    traced = torch.compiler.is_compiling() or torch._C._functorch.is_functorch_wrapped_tensor(alpha)
    return traced or bool(such.any())
