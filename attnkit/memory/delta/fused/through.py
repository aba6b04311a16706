"""Gradients through the states at a chunk's borders, and what the pairs within add: Q̄, K̄, b̄, ḡ.

With S the state at the entry, S̄ its gradient at the exit, and the pair gradients of `within`,

    Q̄ = diag(Γ) Ō Sᵀ + (Q Kᵀ)‾ K,
    K̄ = diag(χ) U S̄ᵀ − diag(b Γ) Y Sᵀ + (Q Kᵀ)‾ᵀ Q + ((K Kᵀ)‾ + (K Kᵀ)‾ᵀ) K.
"""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_row, load_tile, span, store_row, store_tile
from attnkit.memory.shared.fused.decay import causal, from_entry, to_exit, whole_decay

__all__ = ["gradients_through"]


@triton.jit
def _at_borders(
    written, d_outputs, d_right, entries, d_exits, n_left, n_features,
    VALUE: tl.constexpr, CHUNK: tl.constexpr, KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Ō Sᵀ, Y Sᵀ, U S̄ᵀ (CHUNK, KEY_BLOCK), and S · S̄ by key feature."""
    read = tl.zeros([CHUNK, KEY_BLOCK], tl.float32)
    heard = tl.zeros([CHUNK, KEY_BLOCK], tl.float32)
    wrote = tl.zeros([CHUNK, KEY_BLOCK], tl.float32)
    kept = tl.zeros([KEY_BLOCK], tl.float32)
    for column in range(0, VALUE, VALUE_BLOCK):
        state = load_tile(entries, n_features, column, VALUE, KEY_BLOCK, VALUE_BLOCK)
        d_state = load_tile(d_exits, n_features, column, VALUE, KEY_BLOCK, VALUE_BLOCK)
        kept += tl.sum(state.to(tl.float32) * d_state.to(tl.float32), axis=1)
        d_output = load_tile(d_outputs, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        read += product(d_output, tl.trans(state), ROUNDED, MULTIPLIED)
        right = load_tile(d_right, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        heard += product(right, tl.trans(state), ROUNDED, MULTIPLIED)
        write = load_tile(written, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        wrote += product(write, tl.trans(d_state), ROUNDED, MULTIPLIED)
    return read, heard, wrote, kept


@triton.jit
def _through_time(at_entry, at_exit, whole, CHUNK: tl.constexpr):
    """Σ_{i ≥ m} of what the entry gives, Σ_{j < m} of what the exit takes, and the whole."""
    later = tl.cumsum(at_entry, axis=0, reverse=True)
    return later + tl.sum(tl.where(causal(CHUNK, 1), at_exit[None, :], 0.0), axis=1) + whole


@triton.jit(do_not_specialize=["n_tokens"])
def gradients_through(
    queries, keys, rate, log_decay, written, entries, d_exits, d_outputs, d_right,
    query_pairs, key_pairs, d_queries, d_keys, d_rate, d_log_decay, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write Q̄, K̄ (token, KEY) and, a row each block of key features, shares of b̄ and ḡ."""
    chunk, first, n_left = span(n_tokens, CHUNK)
    feature, at = tl.program_id(1) * KEY_BLOCK, first * VALUE
    border = (chunk * KEY + feature) * VALUE
    read, heard, wrote, kept = _at_borders(
        written + at, d_outputs + at, d_right + at, entries + border, d_exits + border,
        n_left, KEY - feature, VALUE, CHUNK, KEY_BLOCK, VALUE_BLOCK, ROUNDED, MULTIPLIED,
    )  # fmt: skip
    entry = from_entry(log_decay, first, n_left, CHUNK)[:, None]
    read, heard = read * entry, -heard * entry
    wrote *= to_exit(log_decay, first, n_left, CHUNK)[:, None]
    query = load_tile(queries + first * KEY, n_left, feature, KEY, CHUNK, KEY_BLOCK)
    key = load_tile(keys + first * KEY, n_left, feature, KEY, CHUNK, KEY_BLOCK)
    n_all = tl.num_programs(0).to(tl.int64) // tl.cdiv(n_tokens, CHUNK) * n_tokens
    share = tl.program_id(1) * n_all + first
    store_row(d_rate + share, tl.sum(heard * key, axis=1), n_left)
    heard *= load_row(rate + first, n_left, CHUNK)[:, None]
    if log_decay is not None:
        at_entry = tl.sum(read * query + heard * key, axis=1)
        whole = tl.sum(kept, axis=0) * whole_decay(log_decay, first, n_left, CHUNK)
        moved = _through_time(at_entry, tl.sum(wrote * key, axis=1), whole, CHUNK)
        store_row(d_log_decay + share, moved, n_left)
    pairs = load_tile(query_pairs + chunk * CHUNK * CHUNK, CHUNK, 0, CHUNK, CHUNK, CHUNK)
    read += product(pairs, key, ROUNDED, MULTIPLIED)
    store_tile(d_queries + first * KEY, read, n_left, feature, KEY)
    wrote += heard + product(tl.trans(pairs), query, ROUNDED, MULTIPLIED)
    pairs = load_tile(key_pairs + chunk * CHUNK * CHUNK, CHUNK, 0, CHUNK, CHUNK, CHUNK).to(
        tl.float32
    )
    wrote += product(pairs + tl.trans(pairs), key, ROUNDED, MULTIPLIED)
    store_tile(d_keys + first * KEY, wrote, n_left, feature, KEY)
