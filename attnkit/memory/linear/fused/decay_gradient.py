"""The gradient of the log-decays, chunk by chunk, from the states at entries and exits.

The decay at t stands in every way from before t to t or later, and in no other:

    ḡ_t = Σ_{j<t≤i} X_ij + Σ_{i≥t} E_i q_i·(S ō_i) + Σ_{j<t} W_j k_j·(S̄ v_j) + a ⟨S, S̄⟩,

with X = (Q Kᵀ) ∘ (Ō Vᵀ) ∘ D, S the state at the chunk's entry and S̄ the gradient of the one at its
exit. Each sum is taken as it stands: a difference of running sums would leave their rounding where
a hard reset has no gradient at all.
"""

import triton
import triton.language as tl

from attnkit.gpu.tiles import load_tile, store_row
from attnkit.memory.linear.fused.decay import decays
from attnkit.memory.linear.fused.products import product

__all__ = ["decay_gradient"]


@triton.jit(do_not_specialize=["length", "n_chunks"])
def decay_gradient(
    queries, keys, values, d_outputs, log_decay, entries, d_exits, d_log_decay,
    length, n_chunks,
    N_KEY: tl.constexpr, N_VALUE: tl.constexpr,
    SIZE: tl.constexpr, HEIGHT: tl.constexpr, WIDTH: tl.constexpr,
    DTYPE: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """The share of one block of keys in one chunk: the whole gradient is the sum over blocks."""
    row, chunk = (tl.program_id(0) // n_chunks).to(tl.int64), tl.program_id(0) % n_chunks
    block, rows = tl.program_id(1), tl.num_programs(0) // n_chunks
    first, n_left = row * length + chunk * SIZE, length - chunk * SIZE
    column, keys_left = block * HEIGHT, N_KEY - block * HEIGHT
    q = load_tile(queries + first * N_KEY, n_left, column, N_KEY, SIZE, HEIGHT)
    k = load_tile(keys + first * N_KEY, n_left, column, N_KEY, SIZE, HEIGHT)
    of_scores = tl.zeros((SIZE, SIZE), tl.float32)
    from_state = tl.zeros((SIZE, HEIGHT), tl.float32)
    to_state, overlap = tl.zeros((SIZE, HEIGHT), tl.float32), tl.zeros((HEIGHT,), tl.float32)
    state_at = ((row * n_chunks + chunk) * N_KEY + column) * N_VALUE
    for part in range((N_VALUE + WIDTH - 1) // WIDTH):
        v = load_tile(values + first * N_VALUE, n_left, part * WIDTH, N_VALUE, SIZE, WIDTH)
        d_out = load_tile(d_outputs + first * N_VALUE, n_left, part * WIDTH, N_VALUE, SIZE, WIDTH)
        state = load_tile(entries + state_at, keys_left, part * WIDTH, N_VALUE, HEIGHT, WIDTH)
        d_state = load_tile(d_exits + state_at, keys_left, part * WIDTH, N_VALUE, HEIGHT, WIDTH)
        of_scores += product(d_out, tl.trans(v), v.dtype, PRECISION)
        from_state += product(d_out, tl.trans(state), DTYPE, PRECISION)
        to_state += product(v, tl.trans(d_state), DTYPE, PRECISION)
        overlap += tl.sum(state.to(tl.float32) * d_state.to(tl.float32), 1)
    from_entry, to_exit, between, whole = decays(log_decay + first, n_left, SIZE)
    read = from_entry * tl.sum(from_state * q.to(tl.float32), 1)
    written = to_exit * tl.sum(to_state * k.to(tl.float32), 1)
    ways = product(q, tl.trans(k), q.dtype, PRECISION) * of_scores * between
    later = tl.cumsum(ways, 0, reverse=True)
    before = tl.arange(0, SIZE)[:, None] > tl.arange(0, SIZE)[None, :]
    through = tl.sum(tl.where(before, later + written[None, :], read[None, :]), 1)

    gradient = through + whole * tl.sum(overlap, 0)
    store_row(d_log_decay + block.to(tl.int64) * rows * length + first, gradient, n_left)
