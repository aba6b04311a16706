"""Which keys a window reads, what is fetched for nothing as tiles come whole, and the cost."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.selection.neighbourhood.tiles import count_tiles
from attnkit.selection.neighbourhood.windows import neighbourhood_keys

__all__ = ["NEIGHBOURHOOD_TILES"]

N = 32
WINDOWS = (8, 12, 16)
STRIDES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
TILES = (1, 2, 4, 8)
PLACE = np.arange(1.0, N + 1)


@functools.cache
def _fetched(window: int, stride: int, tile: int) -> np.ndarray:
    """(query, key): 0 where a tile is skipped, 1 where it is fetched for other keys, 2 read."""
    read = neighbourhood_keys((N,), window=window, stride=stride)
    tiles = read.unflatten(1, (-1, tile)).unflatten(0, (-1, tile)).any(-1).any(1)
    whole = tiles.repeat_interleave(tile, 0).repeat_interleave(tile, 1)
    return (whole.to(torch.float64) + read).numpy()


@functools.cache
def _speed_ups(window: int, tile: int) -> np.ndarray:
    """Speed-up on one axis at every stride up to the longest window; NaN beyond this one."""
    found = np.full(WINDOWS[-1], np.nan)
    for stride in range(1, window + 1):
        found[stride - 1] = count_tiles((N,), window=window, stride=stride, tile=tile).speed_up
    return found


def compute(window: float, stride: float, tile: float, axes: float) -> Values:
    """The map of one axis in tiles, and the speed-up of so many axes against the stride."""
    window, tile, axes = map(int, (window, tile, axes))
    stride = min(int(stride), window)
    fetched, speeds = _fetched(window, stride, tile), _speed_ups(window, tile) ** axes
    waste = (fetched == 1).sum() / (fetched > 0).sum()
    return {
        "place": PLACE,
        "fetched": fetched,
        "strides": np.arange(1.0, WINDOWS[-1] + 1),
        "speed_ups": speeds,
        "now": np.array([float(stride)]),
        "speed_now": speeds[[stride - 1]],
        "bound": (N / window) ** axes,
        "top": 1.15 * (N / window) ** axes,
        "speed": float(speeds[stride - 1]),
        "waste": 100 * float(1 - (1 - waste) ** axes),
    }


WHOLE = {0: "0", 1: "1", 2: "2"}
SIDES = (0.5, N + 0.5)
NEIGHBOURHOOD_TILES = Explorable(
    name="neighbourhood-tiles",
    title="What a window reads, and what its tiles fetch",
    compute=compute,
    controls=[
        Steps("window", "window w", WINDOWS, default=12, meaning="keys of a query on each axis"),
        Steps(
            "stride",
            "stride s",
            STRIDES,
            default=1,
            meaning="queries that share a window, w at most",
        ),
        Steps("tile", "tile T", TILES, default=4, meaning="queries and keys handled together"),
        Steps("axes", "axes", (1, 2, 3), default=2, meaning="a text, a picture, a film"),
    ],
    panels=[
        Panel(
            Heat(
                "fetched",
                "place",
                "place",
                low=0,
                high=2,
                label="2 read, 1 fetched for nothing",
                ticks=WHOLE,
            ),
            x=Axis("key", SIDES),
            y=Axis("query", SIDES[::-1]),
            title="one axis",
            square=True,
            main=True,
        ),
        Panel(
            Rule("bound", axis="y", label="bound", tone="accent"),
            Line("strides", "speed_ups", label="tiles saved", tone="density"),
            Points("now", "speed_now", tone="value", size=9),
            x=Axis("stride s", (0, WINDOWS[-1] + 1)),
            y=Axis("speed-up over reading all", (0, "top")),
            title="all axes",
        ),
    ],
    readouts=[
        Readout("speed", "times fewer tiles"),
        Readout("bound", "bound, (n/w) per axis"),
        Readout("waste", "% of pairs fetched for nothing", digits=0),
    ],
    depends={
        ("place", "strides"): (),
        "fetched": ("window", "stride", "tile"),
        ("speed_ups", "top"): ("window", "tile", "axes"),
        "bound": ("window", "axes"),
        "now": ("window", "stride"),
        ("speed_now", "speed"): ("window", "stride", "tile", "axes"),
        "waste": ("window", "stride", "tile", "axes"),
    },
    caption="""Tiles come whole, so what lies beside a window's slanted edge is fetched for nothing.
    Raise s: the edge becomes a staircase. At w = 12, T = 4 a stride of 4 makes its steps fall on
    the tiles and the bound is reached; 8 is worse than 4, and 12 as good again. Then w = 8: at 4
    the steps are whole tiles high and still cut them in half. At T = 1 every stride is as good. A
    stride beyond the window stands for w: blocks.""",
    alt="""Left, queries against keys: a diagonal band of keys that are read, with a fringe of keys
    that are fetched for nothing; with the stride it turns from a slanted band into a staircase.
    Right, the speed-up against the stride, a jagged line that touches a dashed bound at a few
    strides only.""",
)
