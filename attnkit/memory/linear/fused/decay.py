"""The decay within a chunk, by differences of running sums in double precision.

A difference of two running sums is itself a sum of log-decays ≤ 0, and only that is exponentiated.
It is right to 1e-12, for no sum is below −128 times the chunk; a subtraction a pair of tokens costs
less than the sums by pairs of `shared.fused.decay`, which scan the whole square.
"""

import triton
import triton.language as tl

from attnkit.gpu.tiles import load_row

__all__ = ["decays"]

NOTHING_LEFT = tl.constexpr(-128.0)
"""exp of it is zero in float32: a log-decay below, −inf too, is such a hard reset."""


@triton.jit
def decays(log_decay, n_left, SIZE: tl.constexpr):
    """What is left from entry to each token, from each to exit, between two, and of the whole."""
    steps = tl.maximum(load_row(log_decay, n_left, SIZE), NOTHING_LEFT).to(tl.float64)
    sums = tl.cumsum(steps, 0)
    whole = tl.min(sums, 0)
    later = tl.arange(0, SIZE)[:, None] >= tl.arange(0, SIZE)[None, :]
    between = tl.where(later, (sums[:, None] - sums[None, :]).to(tl.float32), float("-inf"))
    from_entry, to_exit = tl.exp(sums.to(tl.float32)), tl.exp((whole - sums).to(tl.float32))
    return from_entry, to_exit, tl.exp(between), tl.exp(whole.to(tl.float32))
