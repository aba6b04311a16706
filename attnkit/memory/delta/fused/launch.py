"""Launch the kernels on sequences (row, token, feature): forwards, and from gradients backwards."""

from collections.abc import Callable
from typing import NamedTuple

import torch
import triton
from torch import Tensor

from attnkit.gpu.buffers import unwritten
from attnkit.gpu.products import operand_types
from attnkit.memory.delta.fused.outputs import pull_writes, read_chunks
from attnkit.memory.delta.fused.sizes import chunk_size, sizes
from attnkit.memory.delta.fused.solve import solve_chunks
from attnkit.memory.delta.fused.states import carry_back, carry_forward
from attnkit.memory.delta.fused.through import gradients_through
from attnkit.memory.delta.fused.within import gradients_within

__all__ = ["Inputs", "backward", "forward"]


class Inputs(NamedTuple):
    """Contiguous tensors: (row, token, ·), gates (row, token) in float32, a state in float32."""

    queries: Tensor
    keys: Tensor
    values: Tensor
    rate: Tensor
    log_decay: Tensor | None
    state: Tensor

    @property
    def widths(self) -> tuple[int, int]:
        """Features of a key and of a value."""
        return self.keys.shape[-1], self.values.shape[-1]

    @property
    def n_chunks(self) -> int:
        """Chunks of all rows together."""
        n_rows, n_tokens, _ = self.keys.shape
        return n_rows * triton.cdiv(n_tokens, chunk_size(self.keys.dtype))


class _Solved(NamedTuple):
    inverse: Tensor
    key_parts: Tensor
    value_parts: Tensor


def forward(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """Outputs (row, token, value) in the values' type and final states in float32."""
    written, entries, final = _states(inputs, _solved(inputs))
    outputs = unwritten(inputs.values, *inputs.values.shape)
    _, n_blocks = _blocks(read_chunks, inputs)
    seen = (inputs.queries, inputs.keys, inputs.log_decay, written, entries, outputs)
    _launch(read_chunks, inputs, (inputs.n_chunks, n_blocks), *seen)
    return outputs, final


def backward(inputs: Inputs, d_outputs: Tensor, d_final: Tensor) -> tuple[Tensor | None, ...]:
    """The gradients of every input; what the forward pass found on its way is found again."""
    solved = _solved(inputs)
    written, entries, _ = _states(inputs, solved)
    d_written, d_exits, d_state = _states_back(inputs, solved.key_parts, d_outputs, d_final)
    shares = _shares(inputs, inputs.rate), _shares(inputs, inputs.log_decay)
    d_values, *within = _within(inputs, solved.inverse, written, d_outputs, d_written, shares)
    del solved, d_written
    through = (written, entries, d_exits, d_outputs, *within)
    d_queries, d_keys = _through(inputs, through, shares)
    d_gates = (None if share is None else share.sum(0) for share in shares)
    return d_queries, d_keys, d_values, *d_gates, d_state


def _solved(inputs: Inputs) -> _Solved:
    inverse = _squares(inputs)
    key_parts = unwritten(inputs.keys, *inputs.keys.shape)
    value_parts = unwritten(inputs.values, *inputs.values.shape)
    found = _Solved(inverse, key_parts, value_parts)
    seen = (inputs.keys, inputs.values, inputs.rate, inputs.log_decay)
    _launch(solve_chunks, inputs, (inputs.n_chunks,), *seen, *found)
    return found


def _states(inputs: Inputs, solved: _Solved) -> tuple[Tensor, Tensor, Tensor]:
    """What is written, the states at the chunks' entries, and the last."""
    written = unwritten(inputs.values, *inputs.values.shape)
    entries = unwritten(inputs.keys, inputs.n_chunks, *inputs.widths)
    final = unwritten(inputs.state, *inputs.state.shape)
    _, n_blocks = _blocks(carry_forward, inputs)
    grid = (len(inputs.keys), n_blocks)
    seen = (inputs.keys, *solved[1:], inputs.log_decay, inputs.state)
    _launch(carry_forward, inputs, grid, *seen, written, entries, final)
    return written, entries, final


def _states_back(inputs: Inputs, key_parts: Tensor, d_outputs: Tensor, d_final: Tensor):
    """The gradients of what is written, of the states at the chunks' exits, and of the first."""
    pulled, d_written = (unwritten(inputs.values, *inputs.values.shape) for _ in range(2))
    read = (inputs.queries, inputs.keys, inputs.log_decay, d_outputs)
    _launch(pull_writes, inputs, (inputs.n_chunks,), *read, pulled)
    d_exits = unwritten(inputs.keys, inputs.n_chunks, *inputs.widths)
    d_state = unwritten(inputs.state, *inputs.state.shape)
    _, n_blocks = _blocks(carry_back, inputs)
    seen = (inputs.queries, inputs.keys, key_parts, inputs.log_decay, d_outputs, pulled, d_final)
    _launch(carry_back, inputs, (len(inputs.keys), n_blocks), *seen, d_written, d_exits, d_state)
    return d_written, d_exits, d_state


def _within(inputs: Inputs, inverse, written, d_outputs, d_written, shares):
    """The gradients of values, of right-hand sides and of pairs; the last share of the gates'."""
    d_right, d_values = (unwritten(inputs.values, *inputs.values.shape) for _ in range(2))
    query_pairs, key_pairs = _squares(inputs), _squares(inputs)
    last = (None if share is None else share[-1] for share in shares)
    seen = (*inputs[:5], inverse, written, d_outputs, d_written)
    made = (d_right, d_values, query_pairs, key_pairs, *last)
    _launch(gradients_within, inputs, (inputs.n_chunks,), *seen, *made)
    return d_values, d_right, query_pairs, key_pairs


def _through(inputs: Inputs, through: tuple[Tensor, ...], shares) -> tuple[Tensor, Tensor]:
    """The gradients of queries and keys; all other shares of the gates'."""
    d_queries, d_keys = (unwritten(inputs.keys, *inputs.keys.shape) for _ in range(2))
    n_blocks, _ = _blocks(gradients_through, inputs)
    queries, keys, _, *gates, _ = inputs
    seen = (queries, keys, *gates, *through)
    grid = (inputs.n_chunks, n_blocks)
    _launch(gradients_through, inputs, grid, *seen, d_queries, d_keys, *shares)
    return d_queries, d_keys


def _shares(inputs: Inputs, gate: Tensor | None) -> Tensor | None:
    """Room for what each block of key features, and the pairs within chunks, give a gate."""
    if gate is None:
        return None
    n_blocks, _ = _blocks(gradients_through, inputs)
    return unwritten(gate, n_blocks + 1, *gate.shape)


def _squares(inputs: Inputs) -> Tensor:
    size = chunk_size(inputs.keys.dtype)
    return unwritten(inputs.keys, inputs.n_chunks, size, size)


def _blocks(kernel: Callable, inputs: Inputs) -> tuple[int, int]:
    """How many blocks of key and of value features a kernel sees."""
    most = sizes(kernel.__name__, inputs.keys.dtype, *inputs.widths)
    n_key, n_value = inputs.widths
    return triton.cdiv(n_key, most.key_block), triton.cdiv(n_value, most.value_block)


def _launch(kernel: Callable, inputs: Inputs, grid: tuple[int, ...], *tensors) -> None:
    dtype, (n_key, n_value) = inputs.keys.dtype, inputs.widths
    most = sizes(kernel.__name__, dtype, n_key, n_value)
    with torch.cuda.device_of(inputs.keys):
        kernel[grid](
            *tensors,
            inputs.keys.shape[1],
            KEY=n_key,
            VALUE=n_value,
            CHUNK=chunk_size(dtype),
            KEY_BLOCK=most.key_block,
            VALUE_BLOCK=most.value_block,
            **operand_types(inputs.keys),
            num_warps=most.n_warps,
            num_stages=most.n_stages,
            enable_fp_fusion=True,
        )
