"""What a chunk reads, O = diag(Γ) Q S + A U with A = Q Kᵀ ∘ D, and how outputs pull at writes."""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_tile, span, store_tile
from attnkit.memory.delta.fused.solve import overlaps
from attnkit.memory.shared.fused.decay import from_entry, pairwise_decay

__all__ = ["pull_writes", "read_chunks"]


@triton.jit(do_not_specialize=["n_tokens"])
def read_chunks(
    queries, keys, log_decay, written, entries, outputs, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write O (token, VALUE), a program each chunk and block of value features."""
    chunk, first, n_left = span(n_tokens, CHUNK)
    column = tl.program_id(1) * VALUE_BLOCK
    scores = tl.zeros([CHUNK, CHUNK], tl.float32)
    output = tl.zeros([CHUNK, VALUE_BLOCK], tl.float32)
    for feature in range(0, KEY, KEY_BLOCK):
        query = load_tile(queries + first * KEY, n_left, feature, KEY, CHUNK, KEY_BLOCK)
        key = load_tile(keys + first * KEY, n_left, feature, KEY, CHUNK, KEY_BLOCK)
        entry = entries + (chunk * KEY + feature) * VALUE
        state = load_tile(entry, KEY - feature, column, VALUE, KEY_BLOCK, VALUE_BLOCK)
        scores += product(query, tl.trans(key), ROUNDED, MULTIPLIED)
        output += product(query, state, ROUNDED, MULTIPLIED)
    output *= from_entry(log_decay, first, n_left, CHUNK)[:, None]
    scores *= pairwise_decay(log_decay, first, n_left, CHUNK)
    writes = load_tile(written + first * VALUE, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
    output += product(scores, writes, ROUNDED, MULTIPLIED)
    store_tile(outputs + first * VALUE, output, n_left, column, VALUE)


@triton.jit(do_not_specialize=["n_tokens"])
def pull_writes(
    queries, keys, log_decay, d_outputs, pulled, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write Aᵀ Ō (token, VALUE), a program each chunk."""
    _, first, n_left = span(n_tokens, CHUNK)
    scores = overlaps(
        queries + first * KEY, keys + first * KEY, n_left,
        KEY, CHUNK, KEY_BLOCK, ROUNDED, MULTIPLIED,
    )  # fmt: skip
    scores = tl.trans(scores * pairwise_decay(log_decay, first, n_left, CHUNK))
    for column in range(0, VALUE, VALUE_BLOCK):
        d_output = load_tile(d_outputs + first * VALUE, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        pull = product(scores, d_output, ROUNDED, MULTIPLIED)
        store_tile(pulled + first * VALUE, pull, n_left, column, VALUE)
