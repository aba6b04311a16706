"""The backward kernels: scores again, weights from the saved thresholds, dead tiles left out.

The gradient of a score is e (g - mean), with the escort e, the gradient g = dO·v of the weight and
mean = sum e g / sum e = dO·(sum e v / sum e) from the forward kernel.
"""

import triton
import triton.language as tl

from attnkit.densities.ada_splash.fused.threshold import (
    heights_of,
    limits_of,
    part_of,
    rows_and_keys,
    weights_of,
)
from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_row, store_tile

__all__ = ["pull_keys", "pull_queries"]


@triton.jit(do_not_specialize=["n_queries", "n_keys", "reach"])
def pull_queries(
    queries,
    keys,
    values,
    mask,
    d_read,
    d_queries,
    thresholds,
    means,
    tops,
    n_queries,
    n_keys,
    reach,
    factor,
    scale,
    power,
    WIDTH: tl.constexpr,
    CHANNELS: tl.constexpr,
    ROWS: tl.constexpr,
    KEYS: tl.constexpr,
    POWER: tl.constexpr,
    CAUSAL: tl.constexpr,
    ROUNDED: tl.constexpr,
    MULTIPLIED: tl.constexpr,
):
    """The gradient of a block of queries."""
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
    d_row = rows_and_keys(d_read, row, n_rows, CHANNELS, ROWS)
    at, mean = load_row(thresholds + row, n_rows, ROWS), load_row(means + row, n_rows, ROWS)
    limits = limits_of(first, n_queries, n_keys, reach, ROWS, CAUSAL)

    WIDE: tl.constexpr = max(16, triton.next_power_of_2(WIDTH))
    found = tl.zeros([ROWS, WIDE], tl.float32)
    for tile in range(tl.cdiv(tl.max(limits, axis=0), KEYS)):
        if tl.load(tops + tile) > 0:
            n_left = n_keys - tile * KEYS
            key = rows_and_keys(keys, tile * KEYS, n_left, WIDTH, KEYS)
            value = rows_and_keys(values, tile * KEYS, n_left, CHANNELS, KEYS)
            x = heights_of(query, key, mask, tile * KEYS, limits, factor, ROUNDED, MULTIPLIED)
            _, escort = weights_of(x, at, power, POWER)
            d_weights = product(d_row, tl.trans(value), ROUNDED, MULTIPLIED)
            d_scores = escort * (d_weights - mean[:, None])
            found += product(d_scores, key, ROUNDED, MULTIPLIED)
    store_tile(d_queries + row * WIDTH, found * scale, n_rows, 0, WIDTH)


@triton.jit(do_not_specialize=["n_queries", "n_keys", "reach"])
def pull_keys(
    queries,
    keys,
    values,
    mask,
    d_read,
    d_keys,
    d_values,
    thresholds,
    shares,
    means,
    tops,
    n_queries,
    n_keys,
    reach,
    factor,
    scale,
    power,
    WIDTH: tl.constexpr,
    CHANNELS: tl.constexpr,
    ROWS: tl.constexpr,
    KEYS: tl.constexpr,
    POWER: tl.constexpr,
    CAUSAL: tl.constexpr,
    ROUNDED: tl.constexpr,
    MULTIPLIED: tl.constexpr,
):
    """The gradients of a tile of keys and of their values."""
    n_blocks, n_tiles = tl.cdiv(n_queries, ROWS), tl.cdiv(n_keys, KEYS)
    tile, batch = part_of(n_tiles)
    start = tile * KEYS
    place = batch * n_keys + start
    if mask is not None:
        mask += batch * n_keys
    tops += batch * n_blocks * n_tiles + tile
    key = rows_and_keys(keys, place, n_keys - start, WIDTH, KEYS)
    value = rows_and_keys(values, place, n_keys - start, CHANNELS, KEYS)
    earliest = 0
    if CAUSAL:
        earliest = tl.maximum(start - reach, 0) // ROWS

    WIDE: tl.constexpr = max(16, triton.next_power_of_2(WIDTH))
    BROAD: tl.constexpr = max(16, triton.next_power_of_2(CHANNELS))
    by_key = tl.zeros([KEYS, WIDE], tl.float32)
    by_value = tl.zeros([KEYS, BROAD], tl.float32)
    for block in range(earliest, n_blocks):
        if tl.load(tops + block * n_tiles) > 0:
            n_rows = n_queries - block * ROWS
            row = batch * n_queries + block * ROWS
            query = rows_and_keys(queries, row, n_rows, WIDTH, ROWS)
            d_row = rows_and_keys(d_read, row, n_rows, CHANNELS, ROWS)
            at, mean = load_row(thresholds + row, n_rows, ROWS), load_row(means + row, n_rows, ROWS)
            share = load_row(shares + row, n_rows, ROWS)
            limits = limits_of(block * ROWS, n_queries, n_keys, reach, ROWS, CAUSAL)
            x = heights_of(query, key, mask, start, limits, factor, ROUNDED, MULTIPLIED)
            weights, escort = weights_of(x, at, power, POWER)
            by_value += product(tl.trans(weights * share[:, None]), d_row, ROUNDED, MULTIPLIED)
            d_weights = product(d_row, tl.trans(value), ROUNDED, MULTIPLIED)
            d_scores = escort * (d_weights - mean[:, None])
            by_key += product(tl.trans(d_scores), query, ROUNDED, MULTIPLIED)
    store_tile(d_keys + place * WIDTH, by_key * scale, n_keys - start, 0, WIDTH)
    store_tile(d_values + place * CHANNELS, by_value, n_keys - start, 0, CHANNELS)
