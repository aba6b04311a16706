"""Inside a kernel: heights of a tile, their weights, and the next threshold of each row.

Heights are x = (alpha - 1) q·k / sqrt(d); the threshold t of a row is where its weights
[x - t]_+^r, r = 1 / (alpha - 1), sum to one. `POWER` is r where that is 1 or 2 (alpha 2 and 1.5),
whose powers are products, and 0 elsewhere.
"""

import triton
import triton.language as tl

from attnkit.gpu.products import product
from attnkit.gpu.tiles import load_tile

__all__ = ["heights_of", "limits_of", "next_threshold", "part_of", "rows_and_keys", "weights_of"]


@triton.jit
def part_of(n_parts):
    """Number of this program's part of a batch element, and of that element in 64 bits.

    Both on the first axis of the grid: the others end at 65,535.
    """
    program = tl.program_id(0)
    return program % n_parts, (program // n_parts).to(tl.int64)


@triton.jit
def limits_of(first, n_queries, n_keys, reach, ROWS: tl.constexpr, CAUSAL: tl.constexpr):
    """How many keys from the first on each row may see; none where there is no such query."""
    rows = first + tl.arange(0, ROWS)
    seen = rows * 0 + n_keys
    if CAUSAL:
        seen = tl.minimum(tl.maximum(rows + reach + 1, 0), n_keys)
    return tl.where(rows < n_queries, seen, 0)


@triton.jit
def heights_of(
    queries, keys, mask, first, limits, factor, ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr
):
    """x of a tile of queries and a tile of keys that starts at `first`; -inf where unseen."""
    places = first + tl.arange(0, keys.shape[0])
    heights = product(queries, tl.trans(keys), ROUNDED, MULTIPLIED) * factor
    if first + keys.shape[0] > tl.min(limits, axis=0):  # most tiles are seen whole
        heights = tl.where(places[None, :] < limits[:, None], heights, float("-inf"))
    if mask is not None:
        among = places < tl.max(limits, axis=0)
        seen = tl.load(mask + places, mask=among, other=0) != 0
        heights = tl.where(seen[None, :], heights, float("-inf"))
    return heights


@triton.jit
def weights_of(heights, threshold, power, POWER: tl.constexpr):
    """[x - t]_+^r before its division by the sum of a row, and its escort [x - t]_+^(r - 1)."""
    above = tl.maximum(heights - threshold[:, None], 0.0)
    if POWER == 2:
        weights, escort = above * above, above
    elif POWER == 1:
        weights, escort = above, tl.where(above > 0, 1.0, 0.0)
    else:
        inside = above > 0
        raised = tl.exp2((power - 1) * tl.log2(tl.where(inside, above, 1.0)))
        escort = tl.where(inside, raised, 0.0)
        weights = above * escort
    return weights, escort


@triton.jit
def next_threshold(mass, slope, count, at, low, high, power, POWER: tl.constexpr):
    """Newton's step on the r-norm of the row, Halley's where r = 2; the middle outside the bracket.

    The norm is convex, so that its tangent never crosses the root: a step is at most too short.
    `slope` is the sum of the escorts and `count` the number of keys above the threshold.
    """
    if POWER == 2:
        root = 1 / tl.sqrt(mass)
    elif POWER == 1:
        root = 1 / mass
    else:
        root = tl.exp2(-tl.log2(mass) / power)
    found = at + mass / slope * (1 - root)
    if POWER == 2:
        below = 4 * slope * slope - (mass - 1) * count
        halley = at + 2 * (mass - 1) * slope / tl.where(below > 0, below, 1.0)
        found = tl.where((below > 0) & (halley >= low) & (halley <= high), halley, found)
    return tl.where((found >= low) & (found <= high), found, (low + high) / 2)


@triton.jit
def rows_and_keys(pointer, first, n_left, WIDTH: tl.constexpr, ROWS: tl.constexpr):
    """ROWS rows of a matrix from row `first` on, padded to the next power of two of columns."""
    WIDE: tl.constexpr = max(16, triton.next_power_of_2(WIDTH))
    return load_tile(pointer + first * WIDTH, n_left, 0, WIDTH, ROWS, WIDE)
