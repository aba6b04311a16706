"""The delta rule of whole sequences by the kernels, with gradients by kernels of their own."""

import torch
from torch import Tensor

from attnkit.memory.delta.fused.launch import Inputs, backward, forward
from attnkit.memory.delta.in_chunks import delta_rule_in_chunks
from attnkit.memory.shared.arguments import initial_state_or_zeros
from attnkit.repeated import must_replay, replayed
from attnkit.validate import sum_finite

__all__ = ["fused_delta_rule"]


def fused_delta_rule(
    tokens: tuple[Tensor, Tensor, Tensor],
    rate: Tensor,
    log_decay: Tensor | None,
    initial_state: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Output and final state; `rate` and `log_decay` are (..., time, 1) in float32.

    What outgrows float16 on its way through the kernels is computed by the torch path, which keeps
    states in float32: it answers, or says what is too large.
    """
    _, keys, values = tokens
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    n_rows = keys.shape[:-2].numel()
    rows = [t.reshape(n_rows, *t.shape[-2:]).contiguous() for t in (*tokens, state)]
    gates = [None if t is None else t.reshape(n_rows, -1).contiguous() for t in (rate, log_decay)]
    output, final = _FusedDeltaRule.apply(*rows[:3], *gates, rows[3])
    output, final = output.reshape(values.shape), final.reshape(state.shape)
    if sum_finite(output, final):
        return output, final
    return delta_rule_in_chunks(tokens, rate, log_decay, initial_state)


def _plain(queries: Tensor, keys: Tensor, values: Tensor, rate: Tensor, log_decay, state: Tensor):
    """The same in torch operations, which can be differentiated again."""
    rate, log_decay = (None if t is None else t[..., None] for t in (rate, log_decay))
    return delta_rule_in_chunks((queries, keys, values), rate, log_decay, state)


class _FusedDeltaRule(torch.autograd.Function):
    """Outputs and final state of `launch.Inputs`; only these are kept for the gradients."""

    @staticmethod
    def forward(ctx, *inputs: Tensor | None):
        ctx.save_for_backward(*inputs)
        return forward(Inputs(*inputs))

    @staticmethod
    def backward(ctx, d_outputs: Tensor, d_final: Tensor):
        inputs = ctx.saved_tensors
        if must_replay(d_outputs, d_final):
            return tuple(replayed(_plain, inputs, (d_outputs, d_final)))
        return backward(Inputs(*inputs), d_outputs.contiguous(), d_final.contiguous())
