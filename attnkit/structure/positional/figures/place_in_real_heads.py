"""Seventy-two real heads: how much of where they look is place, and what that moves."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Bars, Line, Points
from attnkit.structure.positional.recorded import real_places

__all__ = ["PLACE_IN_REAL_HEADS"]

LAYERS = (1, 2, 3, 4, 5, 6)


def compute(layer: float) -> Values:
    """Divergences of every head from equal weights and from other texts' maps; what layers move."""
    found, at = real_places(), int(layer) - 1
    share = 1 - found["place"] / found["uniform"]
    moved = {name: found[name].mean(0) for name in ("moved", "moved_uniform")}
    return {
        "uniform": found["uniform"].ravel(),
        "place": found["place"].ravel(),
        "uniform_here": found["uniform"][at],
        "place_here": found["place"][at],
        "ends": np.array([0.0, 1.5]),
        "layers": np.array([*LAYERS, 7.0]),
        "moved": moved["moved"],
        "moved_uniform": moved["moved_uniform"],
        "layer_now": np.array([layer]),
        "moved_now": moved["moved"][[at]],
        "share_here": float(np.median(share[at])),
        "share": float(np.median(share)),
        "together": float(moved["moved"][-1]),
    }


PLACE_IN_REAL_HEADS = Explorable(
    name="place-in-real-heads",
    title="What other texts know of a head",
    compute=compute,
    controls=[Steps("layer", "layer", LAYERS, default=2, meaning="whose twelve heads are marked")],
    panels=[
        Panel(
            Line("ends", "ends", tone="muted", dash=True, width=1.5, label="place says nothing"),
            Points("uniform", "place", tone="muted", size=5, label="a head"),
            Points("uniform_here", "place_here", tone="density", size=8, label="of this layer"),
            x=Axis("nats from equal weights", (0, 4.2)),
            y=Axis("nats from other texts' map", (0, 1.5)),
            title="Seventy-two heads",
            main=True,
        ),
        Panel(
            Bars("layers", "moved_uniform", tone="muted", label="equal weights"),
            Bars("layers", "moved", tone="density", label="other texts' maps"),
            Points("layer_now", "moved_now", tone="accent", size=9),
            x=Axis("changed layer", (0.4, 7.6), ticks={**{n: str(n) for n in LAYERS}, 7: "all"}),
            y=Axis("1 − cosine to the embedding", (0, 0.7)),
            title="What the change moves",
        ),
    ],
    readouts=[
        Readout("share", "share explained, median head"),
        Readout("share_here", "of this layer"),
        Readout("together", "moved by all six layers"),
    ],
    depends={
        ("uniform", "place", "ends", "layers", "moved", "moved_uniform", "share", "together"): (),
        ("uniform_here", "place_here", "layer_now", "moved_now", "share_here"): ("layer",),
    },
    caption="""A head near the floor looks where it looks in other texts: its map is a matter of
    place. Step through the layers: in the middle ones most heads lie low, in the first and the
    last many lie near the dashed line. Right, the same maps put into the heads: five layers hardly
    notice, the last does.""",
    alt="""Left, a dot for each head: nats from equal weights across, nats from the mean map of
    other texts upwards, most far below the diagonal. Right, bars of what the embedding moves when
    a layer gets equal weights or other texts' maps; the last layer and all together stand out.""",
)
