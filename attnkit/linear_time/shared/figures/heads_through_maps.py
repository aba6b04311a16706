"""Every head of a trained encoder through one map: who loses its spike, and who wins it back."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.linear_time.shared.recorded import maps_by_head
from attnkit.trained import heads

__all__ = ["HEADS_THROUGH_MAPS"]

MAPS = (
    *("ELU + 1", "ReLU", "Taylor 2", "Taylor 4", "Taylor 8"),
    *("FAVOR+ 64", "FAVOR+ 256", "FAVOR+ 1024"),
)


def compute(map: str) -> Values:
    """Each head's divergence against its entropy, raw and at the map's own shift."""
    own = "both" if map.startswith("FAVOR+") else "key"
    raw, shifted = maps_by_head("raw")[map], maps_by_head(own)[map]
    uniform = maps_by_head("raw")["uniform"]
    order = np.argsort(heads()["entropy"])
    return {
        "entropy": heads()["entropy"],
        "raw": raw,
        "shifted": shifted,
        "sorted": heads()["entropy"][order],
        "uniform": uniform[order],
        "ends": np.array([0.0, 8.0]),
        "mean": float(shifted.mean()),
        "better": float((shifted < raw).sum()),
        "worse_than_uniform": float((shifted > uniform).sum()),
    }


HEADS_THROUGH_MAPS = Explorable(
    name="heads-through-maps",
    title="Seventy-two heads through one map",
    compute=compute,
    controls=[Choice("map", "map", MAPS, default="Taylor 2", meaning="in place of e^score")],
    panels=[
        Panel(
            Line("sorted", "uniform", label="equal weights", tone="muted", width=1.2),
            Points("entropy", "raw", label="as it is", tone="muted", size=6),
            Points("entropy", "shifted", label="keys moved", tone="density", size=6),
            x=Axis("entropy of the head's own rows", (0, 4.5)),
            y=Axis("mean KL in nats", (0, 8)),
            main=True,
        ),
        Panel(
            Line("ends", "ends", label="no change", tone="muted", dash=True),
            Points("raw", "shifted", tone="density", size=6),
            Rule("mean", axis="y", label="mean", tone="accent"),
            x=Axis("KL, keys as they are", (0, 8)),
            y=Axis("KL, keys moved", (0, 8)),
        ),
    ],
    readouts=[
        Readout("mean", "mean KL, keys moved"),
        Readout("better", "heads that gain", digits=0),
        Readout("worse_than_uniform", "heads worse than equal weights", digits=0),
    ],
    caption="""Left, the sharp heads: under ELU + 1 their distance is nearly that of equal weights.
    A Taylor order brings the even heads down first and the sharp ones last. FAVOR+ 64 leaves some
    heads worse than equal weights: a few random directions win a row. Right, below the diagonal the
    shift helps: keys less their mean for every map but FAVOR+, and less both means for that
    one.""",
    alt="""Left, seventy-two dots of mean divergence against the entropy of a head's own rows, raw
    and with moved keys, and a line for equal weights; right, divergence with moved keys against
    that without, with the diagonal.""",
)
