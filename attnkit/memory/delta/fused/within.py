"""Gradients between the tokens of one chunk: of A, of the triangular system, and of its values.

With Y = Pᵀ Ū, the gradient of the right-hand side diag(b) Z of (I + L) U = diag(b) Z,

    V̄ = diag(b) Y,    Ā = Ō Uᵀ,    L̄ = −Y Uᵀ,    b̄ ∋ Σ_e Y V + Σ_j L̄ ∘ K Kᵀ ∘ D,

and what a log-decay stands between, Σ_{i ≥ m > j} (Ā ∘ A + L̄ ∘ L)_ij, is its gradient.
"""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_row, load_tile, span, store_row, store_tile
from attnkit.memory.delta.fused.solve import overlaps
from attnkit.memory.shared.fused.decay import causal, pairwise_decay

__all__ = ["gradients_within"]


@triton.jit
def _solve_back(
    values, inverse, rates, written, d_outputs, d_written, d_right, d_values, n_left,
    VALUE: tl.constexpr, CHUNK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write Y and V̄; return Ā, L̄ (both unmasked) and Σ_e Y V."""
    d_scores = tl.zeros([CHUNK, CHUNK], tl.float32)
    d_lower = tl.zeros([CHUNK, CHUNK], tl.float32)
    d_rates = tl.zeros([CHUNK], tl.float32)
    back = tl.trans(load_tile(inverse, CHUNK, 0, CHUNK, CHUNK, CHUNK))
    for column in range(0, VALUE, VALUE_BLOCK):
        d_write = load_tile(d_written, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        right = product(back, d_write, ROUNDED, MULTIPLIED)
        store_tile(d_right, right, n_left, column, VALUE)
        store_tile(d_values, rates[:, None] * right, n_left, column, VALUE)
        d_rates += tl.sum(right * load_tile(values, n_left, column, VALUE, CHUNK, VALUE_BLOCK), 1)
        write = tl.trans(load_tile(written, n_left, column, VALUE, CHUNK, VALUE_BLOCK))
        d_output = load_tile(d_outputs, n_left, column, VALUE, CHUNK, VALUE_BLOCK)
        d_scores += product(d_output, write, ROUNDED, MULTIPLIED)
        d_lower -= product(right, write, ROUNDED, MULTIPLIED)
    return d_scores, d_lower, d_rates


@triton.jit
def _between(moved, CHUNK: tl.constexpr):
    """Σ_{i ≥ m > j} of a matrix (i, j), for each m."""
    sums = tl.cumsum(tl.where(causal(CHUNK, 1), moved, 0.0), axis=0, reverse=True)
    return tl.sum(tl.where(causal(CHUNK, 1), sums, 0.0), axis=1)


@triton.jit(do_not_specialize=["n_tokens"])
def gradients_within(
    queries, keys, values, rate, log_decay, inverse, written, d_outputs, d_written,
    d_right, d_values, query_pairs, key_pairs, d_rate, d_log_decay, n_tokens,
    KEY: tl.constexpr, VALUE: tl.constexpr, CHUNK: tl.constexpr,
    KEY_BLOCK: tl.constexpr, VALUE_BLOCK: tl.constexpr,
    ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr,
):  # fmt: skip
    """Write Y, V̄, the gradients of Q Kᵀ and K Kᵀ (chunk, CHUNK, CHUNK), shares of b̄ and ḡ."""
    chunk, first, n_left = span(n_tokens, CHUNK)
    rates, here = load_row(rate + first, n_left, CHUNK), keys + first * KEY
    at, square = first * VALUE, chunk * CHUNK * CHUNK
    d_scores, d_lower, d_rates = _solve_back(
        values + at, inverse + square, rates, written + at, d_outputs + at, d_written + at,
        d_right + at, d_values + at, n_left, VALUE, CHUNK, VALUE_BLOCK, ROUNDED, MULTIPLIED,
    )  # fmt: skip
    decay = pairwise_decay(log_decay, first, n_left, CHUNK)
    d_scores *= decay
    store_tile(query_pairs + square, d_scores, CHUNK, 0, CHUNK)
    similar = overlaps(here, here, n_left, KEY, CHUNK, KEY_BLOCK, ROUNDED, MULTIPLIED)
    d_lower = tl.where(causal(CHUNK, 1), d_lower * decay, 0.0)
    store_row(d_rate + first, d_rates + tl.sum(d_lower * similar, axis=1), n_left)
    d_lower *= rates[:, None]
    store_tile(key_pairs + square, d_lower, CHUNK, 0, CHUNK)
    if log_decay is not None:
        asked = queries + first * KEY
        d_scores *= overlaps(asked, here, n_left, KEY, CHUNK, KEY_BLOCK, ROUNDED, MULTIPLIED)
        moved = d_scores + d_lower * similar
        store_row(d_log_decay + first, _between(moved, CHUNK), n_left)
