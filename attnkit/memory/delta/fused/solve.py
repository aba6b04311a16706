"""First kernel: what the tokens of a chunk hear of each other's writes, solved for all chunks.

With P = (I + L)⁻¹, L_ij = b_i (k_i · k_j) D_ij for j < i, a chunk that enters with S writes

    U = P diag(b) (V − diag(Γ) K S) = U₀ − W S,    U₀ = P diag(b) V,    W = P diag(b Γ) K.

P, U₀ and W need no state, so every chunk is a program of its own.
"""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_row, load_tile, span, store_tile
from attnkit.memory.delta.fused.triangular import unit_lower_inverse
from attnkit.memory.shared.fused.decay import causal, from_entry, pairwise_decay

__all__ = ["overlaps", "solve_chunks"]


@triton.jit
def overlaps(
    left, right, n_left,
    WIDTH: tl.constexpr, CHUNK: tl.constexpr, BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Dot products of the tokens of a chunk (left i, right j), block by block of their features."""
    sums = tl.zeros([CHUNK, CHUNK], tl.float32)
    for column in range(0, WIDTH, BLOCK):
        heard = load_tile(left, n_left, column, WIDTH, CHUNK, BLOCK)
        said = load_tile(right, n_left, column, WIDTH, CHUNK, BLOCK)
        sums += product(heard, tl.trans(said), ROUNDED, MULTIPLIED)
    return sums


@triton.jit
def _apply(
    matrix, source, target, n_left,
    WIDTH: tl.constexpr, CHUNK: tl.constexpr, BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write matrix @ source, block by block of its features."""
    for column in range(0, WIDTH, BLOCK):
        tile = load_tile(source, n_left, column, WIDTH, CHUNK, BLOCK)
        store_tile(target, product(matrix, tile, ROUNDED, MULTIPLIED), n_left, column, WIDTH)


@triton.jit(do_not_specialize=["n_tokens"])
def solve_chunks(
    keys, values, rate, log_decay, inverse, key_parts, value_parts, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write P (chunk, CHUNK, CHUNK), W (token, KEY) and U₀ (token, VALUE)."""
    chunk, first, n_left = span(n_tokens, CHUNK)
    rates = load_row(rate + first, n_left, CHUNK)
    here = keys + first * KEY
    lower = overlaps(here, here, n_left, KEY, CHUNK, KEY_BLOCK, ROUNDED, MULTIPLIED)
    lower *= rates[:, None] * pairwise_decay(log_decay, first, n_left, CHUNK)
    solved = unit_lower_inverse(tl.where(causal(CHUNK, 1), lower, 0.0), CHUNK)
    store_tile(inverse + chunk * CHUNK * CHUNK, solved, CHUNK, 0, CHUNK)
    solved *= rates[None, :]
    _apply(
        solved, values + first * VALUE, value_parts + first * VALUE, n_left,
        VALUE, CHUNK, VALUE_BLOCK, ROUNDED, MULTIPLIED,
    )  # fmt: skip
    solved *= from_entry(log_decay, first, n_left, CHUNK)[None, :]
    _apply(
        solved, here, key_parts + first * KEY, n_left,
        KEY, CHUNK, KEY_BLOCK, ROUNDED, MULTIPLIED,
    )  # fmt: skip
