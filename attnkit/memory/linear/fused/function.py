"""Linear attention of whole sequences by the kernels, with gradients by the kernels renamed."""

import torch
from torch import Tensor

from attnkit.gpu.buffers import unwritten
from attnkit.memory.linear.fused.plan import plan
from attnkit.memory.linear.in_chunks import linear_attention_in_chunks
from attnkit.memory.shared.arguments import initial_state_or_zeros, require_finite_results
from attnkit.repeated import must_replay, replayed

__all__ = ["fused_linear_attention"]


def fused_linear_attention(
    tokens: tuple[Tensor, Tensor, Tensor],
    log_decay: Tensor | None,
    initial_state: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Output and final state; `log_decay` is (..., time, 1) in float32."""
    queries, keys, values = tokens
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    n_rows = keys.shape[:-2].numel()
    rows = [t.reshape(n_rows, *t.shape[-2:]).contiguous() for t in (*tokens, state)]
    if log_decay is not None:
        log_decay = log_decay.reshape(n_rows, -1).contiguous()
    output, final = _FusedLinearAttention.apply(*rows[:3], log_decay, rows[3])
    output, final = output.reshape(values.shape), final.reshape(state.shape)
    results = {"output": output, "state": final}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return output, final


def _plain(queries: Tensor, keys: Tensor, values: Tensor, log_decay: Tensor | None, state: Tensor):
    """The same in torch operations, which can be differentiated again."""
    log_decay = None if log_decay is None else log_decay[..., None]
    return linear_attention_in_chunks((queries, keys, values), log_decay, state)


class _FusedLinearAttention(torch.autograd.Function):
    """Outputs and final state of rows of tokens, (rows, time, feature) and contiguous."""

    @staticmethod
    def forward(ctx, queries, keys, values, log_decay, state):
        with torch.cuda.device_of(queries):
            cut, tokens = plan(queries, values, log_decay), (queries, keys, values)
            entries, final = cut.entries(tokens, state), unwritten(state, *state.shape)
            outputs = cut.attend(tokens, entries, final=final)
        ctx.save_for_backward(*tokens, log_decay, state, entries)
        return outputs, final

    @staticmethod
    def backward(ctx, d_outputs, d_final):
        *inputs, entries = ctx.saved_tensors
        if must_replay(d_outputs, d_final):
            return tuple(replayed(_plain, inputs, (d_outputs, d_final)))
        with torch.cuda.device_of(d_outputs):
            wants_decay = ctx.needs_input_grad[3]
            return _gradients(inputs, entries, d_outputs.contiguous(), d_final, wants_decay)


def _gradients(inputs, entries, d_outputs, d_final, wants_decay):
    """The gradients of queries, keys, values, log-decay and state: three passes, renamed."""
    queries, keys, values, log_decay, _ = inputs
    cut = plan(queries, values, log_decay)
    for_values = (keys, queries, d_outputs)
    d_entries = cut.entries(for_values, d_final.contiguous(), backwards=True)
    states = d_states = None
    if wants_decay:
        states, d_states = cut.states(entries, queries), cut.states(entries, queries)
    d_state = unwritten(d_final, *d_final.shape)
    d_queries = cut.attend((d_outputs, values, keys), entries.mT, states=states)
    d_keys = cut.attend((values, d_outputs, queries), d_entries.mT, backwards=True)
    d_values = cut.attend(for_values, d_entries, backwards=True, states=d_states, final=d_state)
    d_log_decay = None
    if wants_decay:
        tokens = (queries, keys, values)
        d_log_decay = cut.gradient_of_decay(tokens, d_outputs, states, d_states)
    return d_queries, d_keys, d_values, d_log_decay, d_state
