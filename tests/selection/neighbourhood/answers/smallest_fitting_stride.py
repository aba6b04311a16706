"""Answers to "smallest-fitting-stride": one that is right, and mistakes that each break a law."""

import math


def right(window, tile):
    for stride in range(tile, window + 1, tile):
        begins = stride // 2 - window // 2
        if begins % tile == 0 and (begins + window) % tile == 0:
            return float(stride)
    return math.inf


def never_infinite(window, tile):
    return float(tile)


def rounded_to_tiles(window, tile):
    return float(max(window // tile * tile, 1))


def half_the_gap(window, tile):
    return math.inf if window % tile else (window % (2 * tile)) / 2 + 0.25


def none_where_even(window, tile):
    return float(tile) if window % (2 * tile) == tile else math.inf


def one_tile(window, tile):
    return math.inf if window % tile else float(tile)


def half_a_tile(window, tile):
    return math.inf if window % tile else max(tile / 2, 1) // 1


def whole_blocks(window, tile):
    return math.inf if window % tile else float(window)


WRONG = {
    "a cut tile": [never_infinite, rounded_to_tiles],
    "a stride": [half_the_gap, none_where_even],
    "no waste": [one_tile, half_a_tile],
    "smallest": [whole_blocks],
}
