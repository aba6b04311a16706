"""What the page on neighbourhood attention claims, measured."""

import math

from attnkit.claims import claim
from attnkit.selection.neighbourhood.halo import halo_keys
from attnkit.selection.neighbourhood.recorded import caught
from attnkit.selection.neighbourhood.tiles import count_tiles
from attnkit.selection.neighbourhood.windows import neighbourhood_keys

__all__ = ["FLUX", "halo_is_a_window", "ideal_strides", "real_windows", "tiles_on_a_large_picture"]

FLUX = {"shape": (256, 256), "window": 80, "tile": (16, 8)}
"""The example of the authors' documentation: a picture of 256 by 256 tokens."""


@claim(
    "ideal-strides",
    source="Derived here; the simulator after Hassani et al. 2025",
    computes=count_tiles,
)
def ideal_strides() -> dict[str, float]:
    """Strides of tiles of 8 at which the bound is reached, on an axis of 512 tokens."""
    found = {}
    for window in (16, 20, 24, 32, 40):
        ideal = [stride for stride in range(1, window + 1) if _is_ideal(window, stride)]
        found[f"w = {window}: how many"] = float(len(ideal))
        if ideal:
            found[f"w = {window}: smallest"] = float(ideal[0])
    return found


def _is_ideal(window: int, stride: int) -> bool:
    told = count_tiles((512,), window=window, stride=stride, tile=8)
    return math.isclose(told.speed_up, told.bound)


@claim(
    "tiles-on-a-large-picture",
    source="Hassani et al. 2025, the example of the authors' documentation",
    computes=count_tiles,
)
def tiles_on_a_large_picture() -> dict[str, float]:
    """Times fewer tiles than all, 256² tokens, windows of 80², tiles of 16 by 8, by stride."""
    strides = (1, 8, 12, 16, 48, 80)
    return {
        f"stride {stride}": count_tiles(**FLUX, stride=stride).speed_up for stride in strides
    } | {"bound": count_tiles(**FLUX).bound}


@claim("halo-is-a-window", source="Derived here", computes=halo_keys)
def halo_is_a_window() -> dict[str, float]:
    """Rows in which blocks of 8 with a halo differ from windows of that stride, of 64 tokens."""
    found = {}
    for halo in (0, 1, 3, 8):
        cut = halo_keys((64,), block=8, halo=halo)
        window = neighbourhood_keys((64,), window=8 + 2 * halo, stride=8)
        found[f"h = {halo}: rows that differ"] = float((cut != window).any(-1).sum())
        found[f"h = {halo}: fewest keys"] = float(cut.sum(-1).min())
    return found


@claim(
    "windows-on-real-heads",
    source="Measured here on one six-layer encoder",
    computes=neighbourhood_keys,
)
def real_windows() -> dict[str, float]:
    """Recorded: mean mass over 72 heads at one key in eight, and of the keys but the first."""
    ways = ("stride 1", "stride w/2", "stride w", "dilation 4", "stride w/2, first and last")
    return {
        f"{way}, {measure}": float(caught(way, "1/8", measure).mean())
        for way in ways
        for measure in ("mass", "others")
    }
