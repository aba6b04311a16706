"""Powers of what exceeds an offset, as shares of their sum: the definition, and a frugal form."""

import math

import torch
from torch import Tensor
from torch.nn.functional import threshold

from attnkit.densities import softmax
from attnkit.validate import is_traced

__all__ = ["shares_of_powers", "shares_of_powers_plainly"]

ROUNDING = 64
"""A weight is at its offset if it exceeds it by fewer units in the last place than these."""


def shares_of_powers(
    rows: Tensor, n_keys: Tensor, offset: Tensor, power: float, dim: int
) -> Tensor:
    """Shares of [n a - o]^p along `dim`, as `shares_of_powers_plainly`, keeping fewer tensors.

    `n_keys` and `offset` have size 1 along `dim` and no gradient.
    """
    if is_traced(rows):
        return shares_of_powers_plainly(rows, n_keys, offset, power, dim)
    return _SharesOfPowers.apply(rows, n_keys, offset, power, dim)


def shares_of_powers_plainly(
    rows: Tensor, n_keys: Tensor, offset: Tensor, power: float, dim: int
) -> Tensor:
    """Powers as a softmax of multiples of logarithms: none overflows, and nothing above is zero."""
    logarithms = (n_keys * rows - offset).clamp_min(torch.finfo(rows.dtype).tiny).log()
    return softmax(power * threshold(logarithms, math.log(_level(rows)), -math.inf), dim)


def _level(rows: Tensor) -> float:
    return ROUNDING * torch.finfo(rows.dtype).eps


class _SharesOfPowers(torch.autograd.Function):
    """The same with its derivative, p (g - sum w g) w n / (n a - o): only a and w are kept."""

    @staticmethod
    def forward(rows, n_keys, offset, power, dim):
        logarithms = (n_keys * rows).sub_(offset).clamp_min_(torch.finfo(rows.dtype).tiny).log_()
        logits = threshold(logarithms, math.log(_level(rows)), -math.inf, inplace=True).mul_(power)
        empty = logits.amax(dim, keepdim=True) == -math.inf
        return logits.softmax(dim).masked_fill_(empty, 0.0)

    @staticmethod
    def setup_context(ctx, inputs, output):
        rows, n_keys, offset, ctx.power, ctx.dim = inputs
        ctx.save_for_backward(rows, n_keys, offset, output)

    @staticmethod
    def backward(ctx, cotangent):
        rows, n_keys, offset, weights = ctx.saved_tensors
        above = (n_keys * rows).sub_(offset).clamp_min_(_level(rows))
        pulled = torch._softmax_backward_data(cotangent, weights, ctx.dim, weights.dtype)
        return pulled.mul_(ctx.power * n_keys).div_(above), None, None, None, None
