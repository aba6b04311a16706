"""Which of three forms of entmax attention a call takes: kernels, blocks, or the dense one."""

from dataclasses import replace

import torch
from torch import Tensor

from attnkit.densities.ada_splash.blocked import backward_in_blocks, forward_in_blocks
from attnkit.densities.ada_splash.dense import Inputs, dense_read, widened
from attnkit.densities.ada_splash.visible import Visible, visible_keys
from attnkit.gpu import runs_fused
from attnkit.precision import outside_autocast
from attnkit.repeated import is_transformed, must_replay, replayed

__all__ = ["read_values"]

_WIDEST = 128
"""Features or channels of a head that a kernel keeps on chip."""
_LEAST = 1.05
"""Below this alpha the powers of a kernel magnify the rounding of float32 too much."""


def read_values(inputs: Inputs, alpha: float, mask: Tensor | None, reach: int | None) -> Tensor:
    """Values read for queries that see the keys of a mask, up to `reach` past their own number."""
    queries, batch = inputs[0], inputs[0].shape[:-2]
    visible = visible_keys(batch, mask, reach)
    flat = tuple(t.reshape(batch.numel(), *t.shape[-2:]) for t in inputs)
    name = "entmax_attention" if reach is None else "causal_entmax_attention"
    if torch.compiler.is_compiling() or is_transformed(*inputs):
        read = dense_read(*widened(flat), alpha, visible)
    elif runs_fused(name, queries, _unsuited(flat, alpha, visible)):
        from attnkit.densities.ada_splash.fused.function import fused_read

        read = fused_read(*flat, alpha, visible)
    else:
        read = _Blocked.apply(*widened(flat), alpha, visible)
    return read.reshape(*batch, *read.shape[1:]).to(queries.dtype)


def _unsuited(inputs: Inputs, alpha: float, visible: Visible) -> str | None:
    """What of this call the kernels cannot do, in words."""
    widest = max(t.shape[-1] for t in inputs)
    if inputs[0].dtype == torch.float64:
        return "the kernels sum in float32, not float64"
    if not _LEAST <= alpha <= 2:
        return f"the kernels take alpha from {_LEAST} to 2, not {alpha:g}"
    if widest > _WIDEST or not all(t.numel() for t in inputs):
        return f"the kernels take heads of 1 to {_WIDEST} features and channels, not empty"
    return "the kernels take masks of keys, not of pairs" if visible.is_by_pair else None


class _Blocked(torch.autograd.Function):
    """`dense_read` by blocks, and its gradients; a gradient of a gradient replays it.

    A mask is saved as tensors are, so that torch refuses one that was written to since.
    """

    @staticmethod
    def forward(ctx, queries, keys, values, alpha, visible):
        read, best_weights = forward_in_blocks(queries, keys, values, alpha, visible)
        ctx.save_for_backward(queries, keys, values, best_weights, visible.mask)
        ctx.alpha, ctx.visible = alpha, visible
        return read

    @staticmethod
    @outside_autocast
    def backward(ctx, d_read):
        *inputs, best_weights, mask = ctx.saved_tensors
        alpha, visible = ctx.alpha, replace(ctx.visible, mask=mask)
        if must_replay(d_read):
            gradients = replayed(lambda *t: (dense_read(*t, alpha, visible),), inputs, (d_read,))
            return *gradients, None, None
        gradients = backward_in_blocks(tuple(inputs), best_weights, d_read, alpha, visible)
        return *gradients, None, None
