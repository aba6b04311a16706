"""`shared.decay` inside a kernel: one log-decay a token, None where nothing fades.

The same sums of non-positive numbers, masked before the exponential: a hard reset (−inf) gives an
exact zero.
"""

import triton
import triton.language as tl

from attnkit.gpu.tiles import load_row

__all__ = ["causal", "from_entry", "pairwise_decay", "to_exit", "whole_decay"]


@triton.jit
def causal(CHUNK: tl.constexpr, SHIFT: tl.constexpr):
    """Where j + SHIFT ≤ i: with 0 the diagonal counts, with 1 it does not (query i, key j)."""
    return tl.arange(0, CHUNK)[:, None] >= tl.arange(0, CHUNK)[None, :] + SHIFT


@triton.jit
def from_entry(log_decay, first, n_left, CHUNK: tl.constexpr):
    """exp(g_1 + … + g_i): what is left of the entry state at each token."""
    left = tl.full([CHUNK], 1.0, tl.float32)
    if log_decay is not None:
        left = tl.exp(tl.cumsum(load_row(log_decay + first, n_left, CHUNK), axis=0))
    return left


@triton.jit
def to_exit(log_decay, first, n_left, CHUNK: tl.constexpr):
    """exp(g_{i+1} + … + g_C): what is left of each write at the end."""
    left = tl.full([CHUNK], 1.0, tl.float32)
    if log_decay is not None:
        n_later = tl.minimum(n_left, CHUNK) - 1
        later = load_row(log_decay + first + 1, n_later, CHUNK)
        left = tl.exp(tl.cumsum(later, axis=0, reverse=True))
    return left


@triton.jit
def whole_decay(log_decay, first, n_left, CHUNK: tl.constexpr):
    """exp(g_1 + … + g_C): what is left of the entry state at the end."""
    left = 1.0
    if log_decay is not None:
        left = tl.exp(tl.sum(load_row(log_decay + first, n_left, CHUNK), axis=0))
    return left


@triton.jit
def pairwise_decay(log_decay, first, n_left, CHUNK: tl.constexpr):
    """D_ij = exp(g_{j+1} + … + g_i) for j ≤ i, else 0 (query i, key j)."""
    left = causal(CHUNK, 0).to(tl.float32)
    if log_decay is not None:
        gates = load_row(log_decay + first, n_left, CHUNK)
        sums = tl.cumsum(tl.where(causal(CHUNK, 1), gates[:, None], 0.0), axis=0)
        left = tl.where(causal(CHUNK, 0), tl.exp(sums), 0.0)
    return left
