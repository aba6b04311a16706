"""The smallest stride at which no tile is fetched in part."""

import math

from attnkit.coursework import Task, law
from attnkit.selection.neighbourhood.tiles import count_tiles

__all__ = ["SMALLEST_FITTING_STRIDE"]


def tiled_windows(generator, variant):
    """Windows of whole tiles, an odd number of them and an even one."""
    for tile in (2, 4, variant["tile"]):
        for n_tiles in (1, 2, 3, 4, 6):
            yield {"window": n_tiles * tile, "tile": tile}


def cut_windows(generator, variant):
    """Windows whose end cuts a tile."""
    for tile in (2, variant["tile"]):
        yield {"window": 2 * tile + 1, "tile": tile}
        yield {"window": 3 * tile + tile // 2, "tile": tile}


def reaches(window, stride, tile):
    """Whether windows on a long axis visit no more tiles than they must."""
    n = tile * math.ceil(2 * (window + tile * stride) / tile)
    told = count_tiles((n,), window=window, stride=stride, tile=tile)
    return math.isclose(told.speed_up, told.bound, rel_tol=1e-9)


@law(
    "a cut tile", "Where the window is no whole number of tiles no stride helps.", cases=cut_windows
)
def a_cut_tile(answer, window, tile):
    found = answer(window, tile)
    return None if found == math.inf else "a stride is given, and yet every window cuts a tile"


@law("a stride", "The stride is a whole number, from one to the window.", cases=tiled_windows)
def a_stride(answer, window, tile):
    found = answer(window, tile)
    fits = float(found).is_integer() and 1 <= found <= window
    return None if fits else "the stride is no whole number between one and the window"


@law("no waste", "At this stride no more tiles are visited than must be.", cases=tiled_windows)
def no_waste(answer, window, tile):
    found = int(answer(window, tile))
    return None if reaches(window, found, tile) else "at this stride tiles are fetched in part"


@law("smallest", "No smaller stride does as well.", cases=tiled_windows)
def smallest(answer, window, tile):
    less = range(1, int(answer(window, tile)))
    wasteful = not any(reaches(window, stride, tile) for stride in less)
    return None if wasteful else "the stride is too large: a smaller one does as well"


SMALLEST_FITTING_STRIDE = Task(
    name="smallest-fitting-stride",
    title="Which stride fetches nothing for nothing?",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
Keys come in tiles of T, such as {tile}, at least two; queries are handled in tiles of as many. A
window of w keys begins $\lfloor w/2 \rfloor$ before its leader, who stands $\lfloor s/2 \rfloor$
after the first of the s queries that share it. Find the smallest s from 1 to w at which, on a long
axis that tiles cover, no tile is fetched that holds a key out of the window, and write it as
`smallest_fitting_stride(window, tile)`, without anything of attnkit. It is infinity where there is
none. Predict it for w = 3T and w = 4T before you compute.
""",
    hints=(
        "Draw the first and the last key of a window: both must stand at edges of tiles.",
        "What must be true of the groups of queries, so that a tile of queries has one window?",
        "Write where a window begins: when is that a multiple of the tile? Mind odd counts.",
    ),
    placeholder='''
def smallest_fitting_stride(window, tile):
    """The smallest stride at which no tile is fetched in part; infinity where there is none."""
    return float("nan")
''',
    laws=(a_cut_tile, a_stride, no_waste, smallest),
    variants={"tile": (8, 6, 16)},
    library={},
)
