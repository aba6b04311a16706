"""The two kernels that go through time, one program a row and a block of value features.

Forwards U = U₀ − W S and S ← γ S + Kᵀ diag(χ) U; backwards, with bars for gradients,

    Ū = Aᵀ Ō + diag(χ) K S̄,        S̄ ← γ S̄ + Qᵀ diag(Γ) Ō − Wᵀ Ū.

The state stays in registers, in float32; what it was at each chunk's border is written for the
kernels that take all chunks at once.
"""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_tile, store_tile
from attnkit.memory.shared.fused.decay import from_entry, to_exit, whole_decay

__all__ = ["carry_back", "carry_forward"]


@triton.jit
def _heard(tile, state, KEY_PART: tl.constexpr, ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr):
    """tile @ state; outside the tensor cores in parts of the keys, which registers can hold."""
    if tl.float32 == ROUNDED and state.shape[0] > KEY_PART:
        n_parts: tl.constexpr = state.shape[0] // KEY_PART
        parts = tl.reshape(tile, [tile.shape[0], n_parts, KEY_PART])
        states = tl.reshape(state, [n_parts, KEY_PART, state.shape[1]])
        products = product(tl.permute(parts, [1, 0, 2]), states, ROUNDED, MULTIPLIED)
        result = tl.sum(products, axis=0)
    else:
        result = product(tile, state, ROUNDED, MULTIPLIED)
    return result


@triton.jit(do_not_specialize=["n_tokens"])
def carry_forward(
    keys, key_parts, value_parts, log_decay, initial, written, entries, final, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write U (token, VALUE), the state (chunk, KEY, VALUE) at each entry, and the last state."""
    row, column = tl.program_id(0).to(tl.int64), tl.program_id(1) * VALUE_BLOCK
    size: tl.constexpr = KEY * VALUE
    state = load_tile(initial + row * size, KEY, column, VALUE, KEY_BLOCK, VALUE_BLOCK)
    n_chunks = tl.cdiv(n_tokens, CHUNK)
    for chunk in range(n_chunks):
        first, n_left = row * n_tokens + chunk * CHUNK, n_tokens - chunk * CHUNK
        store_tile(entries + (row * n_chunks + chunk) * size, state, KEY, column, VALUE)
        heard = load_tile(key_parts + first * KEY, n_left, 0, KEY, CHUNK, KEY_BLOCK)
        alone = load_tile(value_parts + first * VALUE, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        writes = alone - _heard(heard, state, 32, ROUNDED, MULTIPLIED)
        store_tile(written + first * VALUE, writes, n_left, column, VALUE)
        writes *= to_exit(log_decay, first, n_left, CHUNK)[:, None]
        key = load_tile(keys + first * KEY, n_left, 0, KEY, CHUNK, KEY_BLOCK)
        state *= whole_decay(log_decay, first, n_left, CHUNK)
        state += product(tl.trans(key), writes, ROUNDED, MULTIPLIED)
    store_tile(final + row * size, state, KEY, column, VALUE)


@triton.jit(do_not_specialize=["n_tokens"])
def carry_back(
    queries, keys, key_parts, log_decay, d_outputs, pulled, d_final, d_written, d_exits, d_initial,
    n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write Ū (token, VALUE), S̄ (chunk, KEY, VALUE) at each exit, and that of the first state."""
    row, column = tl.program_id(0).to(tl.int64), tl.program_id(1) * VALUE_BLOCK
    size: tl.constexpr = KEY * VALUE
    d_state = load_tile(d_final + row * size, KEY, column, VALUE, KEY_BLOCK, VALUE_BLOCK)
    n_chunks = tl.cdiv(n_tokens, CHUNK)
    for back in range(n_chunks):
        chunk = n_chunks - 1 - back
        first, n_left = row * n_tokens + chunk * CHUNK, n_tokens - chunk * CHUNK
        store_tile(d_exits + (row * n_chunks + chunk) * size, d_state, KEY, column, VALUE)
        key = load_tile(keys + first * KEY, n_left, 0, KEY, CHUNK, KEY_BLOCK)
        d_writes = _heard(key, d_state, 32, ROUNDED, MULTIPLIED)
        d_writes *= to_exit(log_decay, first, n_left, CHUNK)[:, None]
        d_writes += load_tile(pulled + first * VALUE, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        store_tile(d_written + first * VALUE, d_writes, n_left, column, VALUE)
        d_output = load_tile(d_outputs + first * VALUE, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        d_output *= from_entry(log_decay, first, n_left, CHUNK)[:, None]
        query = load_tile(queries + first * KEY, n_left, 0, KEY, CHUNK, KEY_BLOCK)
        heard = load_tile(key_parts + first * KEY, n_left, 0, KEY, CHUNK, KEY_BLOCK)
        d_state *= whole_decay(log_decay, first, n_left, CHUNK)
        d_state += product(tl.trans(query), d_output, ROUNDED, MULTIPLIED)
        d_state -= product(tl.trans(heard), d_writes, ROUNDED, MULTIPLIED)
    store_tile(d_initial + row * size, d_state, KEY, column, VALUE)
