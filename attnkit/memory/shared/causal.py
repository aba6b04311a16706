"""The causal kernel: one chunk loop that serves the forward and all three backward passes.

Within a chunk (rows of Q, K, V; S the state at its entry; M lower-triangular ones)

    O = Q S + (Q Kᵀ ∘ M) V,        S ← S + Kᵀ V.

Write this map LA(Q, K, V). Its gradients are the same map, forwards and backwards in time:

    dQ = LA(dO, V, K),    dK = reversed LA(V, dO, Q),    dV = reversed LA(K, Q, dO),

where the last two share one state, the gradient S̄ of S, carried from the end: S̄ ← S̄ + Qᵀ dO.
Work and memory are linear in the length, and no state but the present one is kept. A gradient that
will itself be differentiated is taken from the same chunks in plain operations.
"""

import torch
from torch import Tensor

from attnkit.memory.shared.engine import Chunks, plain_scan
from attnkit.memory.shared.precision import full_precision, product
from attnkit.memory.shared.repeated import is_transformed, must_replay, replayed

__all__ = ["causal_kernel"]


def causal_kernel(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor):
    """out_t = Σ_{s ≤ t} (q_t · k_s) v_s + S₀ᵀ q_t on tensors (rows, chunks, time, feature)."""
    inputs = (queries, keys, values, state)
    return _plain(*inputs) if is_transformed(*inputs) else _CausalKernel.apply(*inputs)


def _plain(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor):
    """The same as a scan that writes its values unseen and carries all of the state."""
    scores = product(queries, keys.mT).tril()
    carry = keys.new_ones(*keys.shape[:2], 1, 1)
    return plain_scan(Chunks(queries, scores, keys, carry, values), state)


def _forward(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor):
    """The kernel itself: outputs and final state; `state` is left as it is."""
    state, outputs = _own(state), torch.empty_like(values)
    chunk, scores = _buffers(values, queries.shape[-2])
    sequences = (t.unbind(1) for t in (queries, keys, values, outputs))
    for q, k, v, out in zip(*sequences, strict=True):
        torch.bmm(q, k.mT, out=scores).tril_()
        out.copy_(torch.bmm(q, state, out=chunk).baddbmm_(scores, v))
        state.baddbmm_(k.mT, v)
    return outputs, state


def _backward_in_time(queries, keys, values, d_outputs, d_state):
    """The gradients of keys, values and entry state, from the last chunk to the first."""
    d_state, d_keys, d_values = _own(d_state), torch.empty_like(keys), torch.empty_like(values)
    for_key, scores = _buffers(keys, keys.shape[-2])
    for_value, _ = _buffers(values, keys.shape[-2])
    sequences = (queries, keys, values, d_outputs, d_keys, d_values)
    for q, k, v, d_out, d_k, d_v in zip(*(t.unbind(1)[::-1] for t in sequences), strict=True):
        torch.bmm(v, d_out.mT, out=scores).triu_()
        d_k.copy_(torch.bmm(v, d_state.mT, out=for_key).baddbmm_(scores, q))
        torch.bmm(k, q.mT, out=scores).triu_()
        d_v.copy_(torch.bmm(k, d_state, out=for_value).baddbmm_(scores, d_out))
        d_state.baddbmm_(q.mT, d_out)
    return d_keys, d_values, d_state


def _own(state: Tensor) -> Tensor:
    """A copy to add to, contiguous: a product added to anything else is a loop over the rows."""
    return state.clone(memory_format=torch.contiguous_format)


def _buffers(sequence: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Room for one chunk and its scores, written again and again so that it stays in the cache."""
    return torch.empty_like(sequence[:, 0]), sequence.new_empty(sequence.shape[0], size, size)


class _CausalKernel(torch.autograd.Function):
    """`causal_kernel` in place and its gradients."""

    @staticmethod
    def forward(ctx, queries: Tensor, keys: Tensor, values: Tensor, state: Tensor):
        ctx.save_for_backward(queries, keys, values, state)
        with full_precision(state):
            return _forward(queries, keys, values, state)

    @staticmethod
    def backward(ctx, d_outputs: Tensor, d_state: Tensor):
        queries, keys, values, state = ctx.saved_tensors
        if must_replay(d_outputs, d_state):
            return tuple(replayed(_plain, ctx.saved_tensors, (d_outputs, d_state)))
        with full_precision(state):
            d_queries, _ = _forward(d_outputs, values, keys, state.mT)
            rest = _backward_in_time(queries, keys, values, d_outputs, d_state)
        return d_queries, *rest
