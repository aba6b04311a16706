"""The forward kernel: a block of queries finds its thresholds and reads the values.

Pass 1 finds the best height of each row, and of each tile of keys by how much it stays below those
at most. Passes 2 to n sum weights and escorts at the present thresholds, and leave out tiles that
lie below every row's. The last pass reads, and leaves the largest weight of each tile it took. Of
the others a number stays that is not positive, so that the backward kernels leave them out too.
"""

import triton
import triton.language as tl

from attnkit.densities.ada_splash.fused.threshold import (
    heights_of,
    limits_of,
    next_threshold,
    part_of,
    rows_and_keys,
    weights_of,
)
from attnkit.gpu.products import product
from attnkit.gpu.tiles import store_row, store_tile

__all__ = ["read_rows"]

_MOST_PASSES = tl.constexpr(40)
"""Each narrows the bracket; in float32 none is left to narrow after far fewer."""


@triton.jit(do_not_specialize=["n_queries", "n_keys", "reach"])
def read_rows(
    queries,
    keys,
    values,
    mask,
    read,
    escorted,
    thresholds,
    shares,
    tops,
    n_queries,
    n_keys,
    reach,
    factor,
    power,
    near,
    WIDTH: tl.constexpr,
    CHANNELS: tl.constexpr,
    ROWS: tl.constexpr,
    KEYS: tl.constexpr,
    POWER: tl.constexpr,
    CAUSAL: tl.constexpr,
    ROUNDED: tl.constexpr,
    MULTIPLIED: tl.constexpr,
):
    """Values read, their escorts' mean if wanted, threshold, share of the sum, tops of tiles."""
    n_blocks = tl.cdiv(n_queries, ROWS)
    block, batch = part_of(n_blocks)
    first = block * ROWS
    keys += batch * n_keys * WIDTH
    values += batch * n_keys * CHANNELS
    if mask is not None:
        mask += batch * n_keys
    tops += (batch * n_blocks + block) * tl.cdiv(n_keys, KEYS)
    row = batch * n_queries + first
    n_rows = n_queries - first
    query = rows_and_keys(queries, row, n_rows, WIDTH, ROWS)
    limits = limits_of(first, n_queries, n_keys, reach, ROWS, CAUSAL)
    n_tiles = tl.cdiv(tl.max(limits, axis=0), KEYS)

    best = tl.full([ROWS], float("-inf"), tl.float32)
    for tile in range(n_tiles):
        key = rows_and_keys(keys, tile * KEYS, n_keys - tile * KEYS, WIDTH, KEYS)
        x = heights_of(query, key, mask, tile * KEYS, limits, factor, ROUNDED, MULTIPLIED)
        own = tl.max(x, axis=1)
        best = tl.maximum(best, own)
        tl.store(tops + tile, tl.max(own - tl.where(best > float("-inf"), best, 0.0), axis=0))
    tl.debug_barrier()  # what one thread wrote of the tiles, all read

    seen = best > float("-inf")
    best = tl.where(seen, best, 0.0)
    low = best - 1
    high = best - tl.exp2(-tl.log2(tl.maximum(limits, 1).to(tl.float32)) / power)
    at = (low + high) / 2
    n_passes, is_open = 0, tl.max(seen.to(tl.int32), axis=0)
    while (is_open > 0) & (n_passes < _MOST_PASSES):
        mass = tl.zeros([ROWS], tl.float32)
        slope = tl.zeros([ROWS], tl.float32)
        count = tl.zeros([ROWS], tl.float32)
        floor = tl.min(tl.where(seen, at - best, 0.0), axis=0)
        for tile in range(n_tiles):
            if tl.load(tops + tile) > floor:
                key = rows_and_keys(keys, tile * KEYS, n_keys - tile * KEYS, WIDTH, KEYS)
                x = heights_of(query, key, mask, tile * KEYS, limits, factor, ROUNDED, MULTIPLIED)
                weights, escort = weights_of(x, at, power, POWER)
                mass += tl.sum(weights, axis=1)
                slope += tl.sum(escort, axis=1)
                if POWER == 2:
                    count += tl.sum(tl.where(escort > 0, 1.0, 0.0), axis=1)
        low = tl.where(mass >= 1, at, low)
        high = tl.where(mass >= 1, high, at)
        mass = tl.where(seen, mass, 1.0)
        slope = tl.where(slope > 0, slope, 1.0)
        after = next_threshold(mass, slope, count, at, low, high, power, POWER)
        moves = seen & (tl.abs(mass - 1) > near) & (after != at)
        at = after
        is_open = tl.max(moves.to(tl.int32), axis=0)
        n_passes += 1

    WIDE: tl.constexpr = max(16, triton.next_power_of_2(CHANNELS))
    total = tl.zeros([ROWS], tl.float32)
    escorts = tl.zeros([ROWS], tl.float32)
    sums = tl.zeros([ROWS, WIDE], tl.float32)
    escorted_sums = tl.zeros([ROWS, WIDE], tl.float32)
    floor = tl.min(tl.where(seen, at - best, 0.0), axis=0)
    for tile in range(n_tiles):
        if tl.load(tops + tile) > floor:
            key = rows_and_keys(keys, tile * KEYS, n_keys - tile * KEYS, WIDTH, KEYS)
            x = heights_of(query, key, mask, tile * KEYS, limits, factor, ROUNDED, MULTIPLIED)
            weights, escort = weights_of(x, at, power, POWER)
            value = rows_and_keys(values, tile * KEYS, n_keys - tile * KEYS, CHANNELS, KEYS)
            total += tl.sum(weights, axis=1)
            sums += product(weights, value, ROUNDED, MULTIPLIED)
            if escorted is not None:
                escorts += tl.sum(escort, axis=1)
                escorted_sums += product(escort, value, ROUNDED, MULTIPLIED)
            tl.debug_barrier()  # no thread writes what another has yet to read
            tl.store(tops + tile, tl.max(tl.max(weights, axis=1), axis=0))

    share = tl.where(total > 0, 1 / tl.where(total > 0, total, 1.0), 0.0)
    store_tile(read + row * CHANNELS, sums * share[:, None], n_rows, 0, CHANNELS)
    store_row(thresholds + row, at, n_rows)
    store_row(shares + row, share, n_rows)
    if escorted is not None:
        escorts = tl.where(escorts > 0, escorts, 1.0)
        store_tile(escorted + row * CHANNELS, escorted_sums / escorts[:, None], n_rows, 0, CHANNELS)
