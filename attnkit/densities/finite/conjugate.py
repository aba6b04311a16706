r"""The penalty of the alpha family, and its conjugate max_p <p, z> - Omega_alpha(p).

At the maximum its slope in z is p, and its slope in alpha that of -Omega_alpha at p held still
(Danskin): neither asks for the derivative of the maximiser, a second derivative asks once.
"""

import math

import torch
from torch import Tensor

from attnkit.densities.finite.autograd import alpha_slope, density_of

__all__ = ["conjugate", "negentropy"]


def conjugate(scores: Tensor, alpha: float | Tensor) -> Tensor:
    """The greatest expected score less penalty of each row; alpha a number, or (..., 1)."""
    return _Conjugate.apply(scores, alpha)


def negentropy(weights: Tensor, alpha: float | Tensor) -> Tensor:
    """(sum p^alpha - 1) / (alpha (alpha - 1)) of each row, smooth through alpha = 1."""
    logs = weights.where(weights > 0, 1.0).log()
    return (weights * logs * _growth((alpha - 1) * logs) / alpha).sum(-1)


def _growth(t: Tensor) -> Tensor:
    """(exp(t) - 1) / t, with derivatives free of cancellation at 0."""
    small = t.abs() < 0.5
    near, far = t.where(small, 0.0), t.where(~small, 1.0)
    series = torch.zeros_like(t)
    for k in reversed(range(17)):
        series = series * near + 1 / math.factorial(k + 1)
    return series.where(small, torch.expm1(far) / far)


class _Conjugate(torch.autograd.Function):
    """The conjugate with its slopes at the maximiser, which may be differentiated again."""

    @staticmethod
    def forward(ctx, scores, alpha):
        ctx.alpha = None if isinstance(alpha, Tensor) else alpha
        ctx.save_for_backward(*(part for part in (scores, alpha) if isinstance(part, Tensor)))
        weights = density_of(scores, alpha)
        reached = torch.where(weights > 0, weights * scores, 0.0).sum(-1)
        return reached - negentropy(weights, alpha)

    @staticmethod
    def backward(ctx, cotangent):
        scores, *rest = ctx.saved_tensors
        alpha = rest[0] if rest else ctx.alpha
        weights, cotangent = density_of(scores, alpha), cotangent[..., None]
        by_alpha = None
        if rest:
            slope = (weights * alpha_slope(weights, alpha)).sum(-1, keepdim=True)
            by_alpha = cotangent * (negentropy(weights, alpha)[..., None] - slope) / alpha
        return cotangent * weights, by_alpha
