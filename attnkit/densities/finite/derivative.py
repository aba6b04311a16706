r"""Derivatives of the weights in the scores and in alpha, to every order.

On the support, z_i - threshold = (p_i^a - 1) / a with a = alpha - 1. Differentiating both sides,

    dp_i = e_i (x_i - sum_j e_j x_j / sum_j e_j),     x_i = dz_i - h_i dalpha,
    e_i = p_i^(2 - alpha),                            h_i = d/da [(p_i^a - 1) / a],

the escort covariance (Martins et al. 2020): symmetric, so it serves both directions. It is made
of differentiable operations on p alone; hence derivatives of every order, and no 0 / 0 at zero
weights or at alpha = 1. Derived here.
"""

import math

import torch
from torch import Tensor

from attnkit.densities.finite.solver import exceeds_two, solve

__all__ = ["order_slope", "weights_of"]

_LARGEST = 1e150  # escort weights beyond it are alone in their row, and infinite in the limit


def weights_of(scores: Tensor, alpha: float | Tensor) -> Tensor:
    """Weights over the last dimension; alpha a number, or a tensor of the rows' shape with 1."""
    compiled = torch.compiler.is_compiling()
    return (_Weights if compiled else _TransformableWeights).apply(scores, alpha)


class _Weights(torch.autograd.Function):
    """The map with its reverse derivative, as far as torch.compile accepts it."""

    @staticmethod
    def forward(scores, alpha):
        return solve(scores, alpha)

    @staticmethod
    def setup_context(ctx, inputs, output):
        alpha = inputs[1]
        tensors = (output, alpha) if isinstance(alpha, Tensor) else (output,)
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)
        ctx.alpha = None if isinstance(alpha, Tensor) else alpha

    @staticmethod
    def backward(ctx, cotangent):
        weights, alpha = _saved(ctx)
        by_score = _escort_covariance(weights, alpha, cotangent)
        if ctx.alpha is not None:
            return by_score, None
        return by_score, -(by_score * order_slope(weights, alpha)).sum(-1, keepdim=True)


class _TransformableWeights(_Weights):
    """The same with forward derivatives and vmap, which torch.compile refuses."""

    @staticmethod
    def jvp(ctx, scores_tangent, alpha_tangent):
        weights, alpha = _saved(ctx)
        tangent = torch.zeros_like(weights) if scores_tangent is None else scores_tangent
        if alpha_tangent is not None:
            tangent = tangent - order_slope(weights, alpha) * alpha_tangent
        return _escort_covariance(weights, alpha, tangent)

    @staticmethod
    def vmap(info, in_dims, scores, alpha):
        def leading(tensor, dim):
            if dim is not None:
                return tensor.movedim(dim, 0)
            return tensor.expand(info.batch_size, *tensor.shape)

        rows = leading(scores, in_dims[0])
        orders = leading(alpha, in_dims[1]) if isinstance(alpha, Tensor) else alpha
        return _TransformableWeights.apply(rows, orders), 0


def _saved(ctx) -> tuple[Tensor, float | Tensor]:
    return ctx.saved_tensors if ctx.alpha is None else (*ctx.saved_tensors, ctx.alpha)


def _escort_covariance(weights: Tensor, alpha: float | Tensor, values: Tensor) -> Tensor:
    """e (values - escort mean of values), zero off the support."""
    wide = exceeds_two(alpha)
    exact = weights.double() if wide else weights
    supported = exact > 0
    escort = (exact.where(supported, 1.0) ** (2 - alpha)).where(supported, 0.0)
    if wide:  # the largest escort weight may dwarf the rest: measure from its own value
        escort = escort.clamp(max=_LARGEST)
        values = values - values.gather(-1, escort.argmax(-1, keepdim=True))
    total = escort.sum(-1, keepdim=True).clamp(min=torch.finfo(exact.dtype).tiny)
    mean = (escort * values).sum(-1, keepdim=True) / total
    return (escort * (values - mean)).to(weights.dtype)


def order_slope(weights: Tensor, alpha: float | Tensor) -> Tensor:
    """h = d/da [(p^a - 1) / a]: by how much raising alpha acts like lowering the score."""
    logarithm = weights.where(weights > 0, 1.0).log()
    return logarithm**2 * _tail((1 - alpha) * logarithm)


def _tail(t: Tensor) -> Tensor:
    """(1 - (1 + t) exp(-t)) / t^2, with derivatives free of cancellation at 0."""
    small = t.abs() < 1
    near, far = t.where(small, 0.0), t.where(~small, 1.0)
    series = torch.zeros_like(t)
    for k in reversed(range(19)):
        series = series * near + (-1) ** k * (k + 1) / math.factorial(k + 2)
    return series.where(small, (1 - (1 + far) * torch.exp(-far)) / far**2)
