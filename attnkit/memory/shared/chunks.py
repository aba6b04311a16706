"""Cutting sequences into chunks, running a memory over them, and putting its outputs back."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from attnkit.memory.shared.arguments import initial_state_or_zeros, require_finite_results
from attnkit.memory.shared.precision import compute_dtype

__all__ = ["chunkwise", "fitting_chunk", "from_chunks", "state_rows", "to_chunks"]

Algebra = Callable[..., tuple[Tensor, Tensor]]


def chunkwise(
    algebra: Algebra,
    tokens: tuple[Tensor, Tensor, Tensor],
    gates: dict[str, Tensor],
    initial_state: Tensor | None,
    *,
    chunk_size: int,
    blocks: tuple[int, ...] = (),
) -> tuple[Tensor, Tensor]:
    """Output and final state of a memory, from queries, keys, values and gates (..., time, ·).

    `algebra(queries, keys, values, state, **gates)` is all that is its own: it takes chunks
    (rows, chunks, time, ·) and a state (rows, blocks · key, value), and returns outputs like the
    values and the state after the last chunk.
    """
    queries, keys, values = tokens
    shape = (*blocks, keys.shape[-1], values.shape[-1])
    state = initial_state_or_zeros(initial_state, keys, shape)
    size = fitting_chunk(keys.shape[-2], chunk_size)
    chunked = [to_chunks(t, size) for t in tokens]
    chunked_gates = {name: to_chunks(gate, size) for name, gate in gates.items()}
    outputs, final = algebra(*chunked, state_rows(state, keys.ndim - 2), **chunked_gates)
    output, final = from_chunks(outputs, values), final.reshape(state.shape)
    inputs = {"queries": queries, "keys": keys, "values": values, "rate": gates.get("rate")}
    require_finite_results({"output": output, "state": final}, **inputs)
    return output, final


def fitting_chunk(n_tokens: int, chunk_size: int) -> int:
    """The chunk length to use: a power of two that holds `chunk_size` or the whole sequence."""
    return 1 << (min(chunk_size, n_tokens) - 1).bit_length()


def to_chunks(sequence: Tensor, chunk_size: int) -> Tensor:
    """Reshape (..., time, feature) to (rows, chunks, chunk_size, feature), zeros at the end.

    A token of zeros (key, value, rate and log-decay alike) writes nothing and fades nothing, so
    the padding is invisible.
    """
    sequence = sequence.to(compute_dtype(sequence))
    missing = -sequence.shape[-2] % chunk_size
    if missing:
        sequence = F.pad(sequence, (0, 0, 0, missing))
    n_chunks, n_features = sequence.shape[-2] // chunk_size, sequence.shape[-1]
    n_rows = sequence.shape[:-2].numel()
    return sequence.reshape(n_rows, n_chunks, chunk_size, n_features)


def from_chunks(chunks: Tensor, like: Tensor) -> Tensor:
    """Undo `to_chunks`: leading dimensions, length and dtype of `like`, features of `chunks`."""
    n_features = chunks.shape[-1]
    n_padded = chunks.shape[1] * chunks.shape[2]
    sequence = chunks.reshape(*like.shape[:-2], n_padded, n_features)
    return sequence[..., : like.shape[-2], :].to(like.dtype)


def state_rows(state: Tensor, n_leading: int) -> Tensor:
    """Reshape a state to (rows, blocks · key, value), the first `n_leading` dimensions as rows."""
    leading, blocks = state.shape[:n_leading], state.shape[n_leading:-1]
    return state.reshape(leading.numel(), blocks.numel(), state.shape[-1])
