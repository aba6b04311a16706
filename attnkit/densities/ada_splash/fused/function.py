"""Entmax attention by kernels, with gradients; a gradient of a gradient replays the dense form."""

from dataclasses import replace

import torch
from torch import Tensor

from attnkit.densities.ada_splash.dense import dense_read, widened
from attnkit.densities.ada_splash.fused.launch import launch_backward, launch_forward
from attnkit.densities.ada_splash.visible import Visible
from attnkit.precision import outside_autocast
from attnkit.repeated import must_replay, replayed

__all__ = ["fused_read"]


def fused_read(
    queries: Tensor, keys: Tensor, values: Tensor, alpha: float, visible: Visible
) -> Tensor:
    """Values read (batch, query, channel), in the inputs' dtype."""
    inputs = tuple(t.contiguous() for t in (queries, keys, values))
    if torch.is_grad_enabled() and any(t.requires_grad for t in inputs):
        return _Fused.apply(*inputs, alpha, visible)
    return launch_forward(inputs, alpha, visible, escorted=False)[0]


class _Fused(torch.autograd.Function):
    @staticmethod
    def forward(ctx, queries, keys, values, alpha, visible):
        inputs = (queries, keys, values)
        read, kept = launch_forward(inputs, alpha, visible, escorted=True)
        ctx.save_for_backward(visible.mask, *inputs, *kept)
        ctx.alpha, ctx.visible = alpha, visible
        return read

    @staticmethod
    @outside_autocast
    def backward(ctx, d_read):
        mask, *tensors = ctx.saved_tensors
        inputs, kept = tuple(tensors[:3]), tuple(tensors[3:])
        alpha, visible = ctx.alpha, replace(ctx.visible, mask=mask)

        def plain(*tensors: Tensor) -> tuple[Tensor]:
            return (dense_read(*widened(tensors), alpha, visible).to(d_read.dtype),)

        if must_replay(d_read):
            return *replayed(plain, inputs, (d_read,)), None, None
        return *launch_backward(inputs, kept, d_read.contiguous(), alpha, visible), None, None
