"""The kernels of linear attention: a segment of the sequence with its state on chip.

With E, W the decay from a chunk's entry and to its exit, D between its tokens, and a the whole,

    O = E ∘ (Q S) + (Q Kᵀ ∘ D) V,        S ← a S + Kᵀ (W ∘ V).

Backwards in time the chunks come in reverse, E and W change places, and D is transposed; so one
kernel gives the outputs and the gradients of queries, keys and values (see `shared.causal`).
"""

import triton
import triton.language as tl

from attnkit.gpu.tiles import load_tile, store_tile
from attnkit.memory.linear.fused.decay import decays
from attnkit.memory.linear.fused.products import product

__all__ = ["attend", "carry", "write"]


@triton.jit
def _places(
    row, column, N_READ: tl.constexpr, N_VALUE: tl.constexpr,
    HEIGHT: tl.constexpr, WIDTH: tl.constexpr, TRANSPOSED: tl.constexpr,
):  # fmt: skip
    """Where a block of a state stands, and which of its entries exist."""
    read, value = row + tl.arange(0, HEIGHT)[:, None], column + tl.arange(0, WIDTH)[None, :]
    at = value * N_READ + read if TRANSPOSED else read * N_VALUE + value
    return at, (read < N_READ) & (value < N_VALUE)


@triton.jit(do_not_specialize=["length", "n_chunks", "n_segments", "per_segment"])
def attend(
    reads, matches, values, log_decay, entries, outputs, states, final,
    length, n_chunks, n_segments, per_segment,
    N_READ: tl.constexpr, N_VALUE: tl.constexpr,
    SIZE: tl.constexpr, HEIGHT: tl.constexpr, WIDTH: tl.constexpr,
    BACKWARDS: tl.constexpr, TRANSPOSED: tl.constexpr,
    KEEPS: tl.constexpr, DTYPE: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """The share of one block of keys in the outputs of one segment, for one block of values.

    `states` keeps the state before every span of KEEPS chunks, `final` the last one; None where
    nobody asks.
    """
    N_BLOCKS: tl.constexpr = (N_VALUE + WIDTH - 1) // WIDTH
    row, column = (tl.program_id(0) // N_BLOCKS).to(tl.int64), tl.program_id(0) % N_BLOCKS * WIDTH
    segment, part = tl.program_id(1), tl.program_id(2) * HEIGHT
    start, count = segment * per_segment, tl.minimum(per_segment, n_chunks - segment * per_segment)
    at, exists = _places(part, column, N_READ, N_VALUE, HEIGHT, WIDTH, TRANSPOSED)
    outputs += tl.program_id(2).to(tl.int64) * (tl.num_programs(0) // N_BLOCKS) * length * N_VALUE
    AREA: tl.constexpr = N_READ * N_VALUE
    state = tl.load(entries + (row * n_segments + segment) * AREA + at, mask=exists, other=0.0)
    causal = tl.arange(0, SIZE)[:, None] >= tl.arange(0, SIZE)[None, :]
    if BACKWARDS:
        causal = tl.arange(0, SIZE)[:, None] <= tl.arange(0, SIZE)[None, :]
    for step in range(count):
        chunk = start + (count - 1 - step if BACKWARDS else step)
        first, n_left = row * length + chunk * SIZE, length - chunk * SIZE
        if states is not None:
            place = row * ((n_chunks + KEEPS - 1) // KEEPS) + chunk // KEEPS
            turn = KEEPS - 1 if BACKWARDS else 0  # the first chunk of a span that is entered
            if (chunk % KEEPS == turn) | (BACKWARDS & (chunk == n_chunks - 1)):
                kept = states + place * AREA + at
                tl.store(kept, state.to(states.dtype.element_ty), mask=exists)
        q = load_tile(reads + first * N_READ, n_left, part, N_READ, SIZE, HEIGHT)
        k = load_tile(matches + first * N_READ, n_left, part, N_READ, SIZE, HEIGHT)
        v = load_tile(values + first * N_VALUE, n_left, column, N_VALUE, SIZE, WIDTH)
        scores = product(q, tl.trans(k), q.dtype, PRECISION)
        read = product(q, state, DTYPE, PRECISION)
        written = v
        if log_decay is not None:
            left, to_exit, between, whole = decays(log_decay + first, n_left, SIZE)
            if BACKWARDS:
                left, to_exit, between = to_exit, left, tl.trans(between)
            scores, read, state = scores * between, read * left[:, None], state * whole
            written = v * to_exit[:, None]
        else:
            scores = tl.where(causal, scores, 0.0)
        read += product(scores, v, DTYPE, PRECISION)
        state += product(tl.trans(k), written, DTYPE, PRECISION)
        store_tile(outputs + first * N_VALUE, read, n_left, column, N_VALUE)
    if final is not None and segment == (0 if BACKWARDS else n_segments - 1):
        tl.store(final + row * AREA + at, state, mask=exists)


@triton.jit(do_not_specialize=["length", "n_chunks", "n_segments", "per_segment"])
def write(
    matches, values, log_decay, written, left,
    length, n_chunks, n_segments, per_segment,
    N_READ: tl.constexpr, N_VALUE: tl.constexpr,
    SIZE: tl.constexpr, HEIGHT: tl.constexpr, WIDTH: tl.constexpr,
    BACKWARDS: tl.constexpr, DTYPE: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """What one segment adds to the state, one block of values, and what it leaves of the entry."""
    N_BLOCKS: tl.constexpr = (N_VALUE + WIDTH - 1) // WIDTH
    row, column = (tl.program_id(0) // N_BLOCKS).to(tl.int64), tl.program_id(0) % N_BLOCKS * WIDTH
    segment, part = tl.program_id(1), tl.program_id(2) * HEIGHT
    start, count = segment * per_segment, tl.minimum(per_segment, n_chunks - segment * per_segment)
    state, of_entry = tl.zeros((HEIGHT, WIDTH), tl.float32), 1.0
    for step in range(count):
        chunk = start + (count - 1 - step if BACKWARDS else step)
        first, n_left = row * length + chunk * SIZE, length - chunk * SIZE
        k = load_tile(matches + first * N_READ, n_left, part, N_READ, SIZE, HEIGHT)
        v = load_tile(values + first * N_VALUE, n_left, column, N_VALUE, SIZE, WIDTH)
        if log_decay is not None:
            from_entry, to_exit, _, whole = decays(log_decay + first, n_left, SIZE)
            state, of_entry = state * whole, of_entry * whole
            v = v * (from_entry if BACKWARDS else to_exit)[:, None]
        state += product(tl.trans(k), v, DTYPE, PRECISION)
    at, exists = _places(part, column, N_READ, N_VALUE, HEIGHT, WIDTH, False)
    place = row * n_segments + segment
    tl.store(written + place * N_READ * N_VALUE + at, state, mask=exists)
    if (column == 0) & (part == 0):
        tl.store(left + place, of_entry)


@triton.jit(do_not_specialize=["n_segments"])
def carry(
    written, left, initial, n_segments,
    AREA: tl.constexpr, WIDTH: tl.constexpr, BACKWARDS: tl.constexpr,
):  # fmt: skip
    """Replace what each segment writes by the state at its entry, in place."""
    N_BLOCKS: tl.constexpr = (AREA + WIDTH - 1) // WIDTH
    row, block = (tl.program_id(0) // N_BLOCKS).to(tl.int64), tl.program_id(0) % N_BLOCKS
    at = block * WIDTH + tl.arange(0, WIDTH)
    state = tl.load(initial + row * AREA + at, mask=at < AREA, other=0.0)
    for step in range(n_segments):
        place = row * n_segments + (n_segments - 1 - step if BACKWARDS else step)
        added = tl.load(written + place * AREA + at, mask=at < AREA, other=0.0)
        tl.store(written + place * AREA + at, state, mask=at < AREA)
        state = state * tl.load(left + place) + added
