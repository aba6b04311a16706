"""Functions with known derivatives, for formulas whose own would be zero times infinity."""

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["with_partials"]


def with_partials(value: Callable, partials: tuple[Callable, ...], *tensors: Tensor) -> Tensor:
    """value(*tensors), elementwise, whose derivative in the i-th tensor is partials[i](*tensors).

    The partials may be made in the same way, which gives derivatives of any order, backward and
    forward. Where a slope is zero its product with a partial is, even with an infinite one.
    """
    # torch.func takes a tuple apart and does not find it again: hand over what returns it.
    return _Known.apply(value, lambda: partials, *torch.broadcast_tensors(*tensors))


class _Known(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(value, partials, *tensors):
        return value(*tensors)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, rule, *tensors = inputs
        ctx.partials = rule()
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)

    @staticmethod
    def backward(ctx, slope):
        needed = zip(ctx.partials, ctx.needs_input_grad[2:], strict=True)
        tensors = ctx.saved_tensors
        return None, None, *(_scaled(slope, f(*tensors)) if need else None for f, need in needed)

    @staticmethod
    def jvp(ctx, _, __, *tangents):
        pairs = zip(tangents, ctx.partials, strict=True)
        parts = [_scaled(t, f(*ctx.saved_tensors)) for t, f in pairs if t is not None]
        return sum(parts)


def _scaled(slope: Tensor, partial: Tensor) -> Tensor:
    return torch.where(slope == 0, 0.0, slope * partial)
