"""One block of a picture with its halo, slid to the border: cut off there, or moved inside."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat, Line, Rule
from attnkit.selection.neighbourhood.halo import halo_keys
from attnkit.selection.neighbourhood.windows import neighbourhood_keys

__all__ = ["HALO_AT_THE_BORDER"]

N = 24
BLOCKS = (2, 3, 4, 6, 8)
HALOS = (0, 1, 2, 3, 4)
PLACES = (1, 4, 7, 10, 13, 16, 19, 22, 24)
PLACE = np.arange(1.0, N + 1)


@functools.cache
def _rows(block: int, halo: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys (query, key) of one axis: of block and halo, and of a window with that stride."""
    cut = halo_keys((N,), block=block, halo=halo)
    return cut, neighbourhood_keys((N,), window=block + 2 * halo, stride=block)


def compute(block: float, halo: float, place: float) -> Values:
    """Where the block at a place looks, on both axes, and the keys of each row of one axis."""
    block, halo, at = int(block), int(halo), int(place) - 1
    cut, moved = _rows(block, halo)
    own = torch.arange(N) // block == at // block
    # The place moves down the picture, and stands in its middle from left to right.
    parts = [(each[at][:, None] & each[N // 2]).double() for each in (moved, cut)]
    inside = (own[:, None] & (torch.arange(N) // block == N // 2 // block)).double()
    return {
        "place": PLACE,
        "looks": (parts[0] + parts[1] + inside).numpy(),
        "cut": cut.sum(-1).double().numpy(),
        "moved": moved.sum(-1).double().numpy(),
        "row": float(place),
        "differ": float((cut != moved).any(-1).sum()),
        "keys": float((parts[1] > 0).sum()),
        "reads": ((block + 2 * halo) / block) ** 2,
    }


WHOLE = {part: str(part) for part in range(4)}
SIDES = (0.5, N + 0.5)
HALO_AT_THE_BORDER = Explorable(
    name="halo-at-the-border",
    title="A block and its halo",
    compute=compute,
    controls=[
        Steps("block", "block b", BLOCKS, default=6, meaning="queries a side that share keys"),
        Steps("halo", "halo h", HALOS, default=3, meaning="how far they see beyond the block"),
        Steps("place", "row", PLACES, default=13, meaning="where in the picture the block is"),
    ],
    panels=[
        Panel(
            Heat(
                "looks",
                "place",
                "place",
                low=0,
                high=3,
                label="3 block, 2 halo, 1 moved window",
                ticks=WHOLE,
            ),
            Rule("row", axis="y", tone="accent"),
            x=Axis("column", SIDES),
            y=Axis("row", SIDES[::-1]),
            title="a picture",
            square=True,
            main=True,
        ),
        Panel(
            Line("place", "moved", label="window moved inside", tone="muted", dash=True),
            Line("place", "cut", label="halo cut off", tone="density"),
            Rule("row", tone="accent"),
            x=Axis("row", SIDES),
            y=Axis("keys on one axis", (0, 17)),
            title="one axis",
        ),
    ],
    readouts=[
        Readout("keys", "keys of this block", digits=0),
        Readout("differ", "rows of one axis that differ", digits=0),
        Readout("reads", "fetches of a key inside, (b + 2h)²/b²"),
    ],
    depends={
        "place": (),
        "looks": ("block", "halo", "place"),
        ("cut", "moved", "differ", "reads"): ("block", "halo"),
        "row": ("place",),
        "keys": ("block", "halo", "place"),
    },
    caption="""In the middle block and halo are a window with a stride of one block, key for key.
    Slide the row to a border: HaloNet's halo is cut off, so that border rows have fewer keys, and
    the window (the faint strip) moves inside and keeps its size. With a halo no longer than the
    block 2b rows differ, those of the first block and the last; without one none do. Small blocks
    with a wide halo fetch each key many times.""",
    alt="""Left, a picture with a bright square, its block, inside a paler square, its halo; at the
    border the halo is cut and a faint strip shows where a window of full size would reach. Right,
    keys of each row of one axis: a flat dashed line, and a line that drops at both ends.""",
)
