"""Every memory of the room as a dot: what it recalls for the numbers it keeps."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Points, Rule
from attnkit.memory.associative_recall.recorded import SUMMARY, recalled

__all__ = ["RECALL_AGAINST_STATE"]

NAMES = tuple(dict.fromkeys(entry["memory"] for entry in SUMMARY["memory-recalled-codes"]))
D_VALUE = 32


def compute(n_pairs: float, d_key: float) -> Values:
    """Numbers kept and share recalled of each memory; NaN where none of this width was run."""
    found = recalled(int(n_pairs), int(d_key))
    of = {
        what: np.array([found.get(name, {}).get(what, np.nan) for name in NAMES])
        for what in ("kept", "accuracy")
    }
    return {
        **of,
        "pairs_alone": np.array([n_pairs * (d_key + D_VALUE)]),
        "best": float(np.nanmax(of["accuracy"])),
        "most": float(np.nanmax(of["kept"])),
    }


RECALL_AGAINST_STATE = Explorable(
    name="recall-against-state",
    title="Recall against the numbers kept",
    compute=compute,
    controls=[
        Steps("n_pairs", "pairs n", (16, 32, 64), default=32, meaning="pairs in a sequence"),
        Steps("d_key", "width d", (4, 8, 16, 32), default=16, meaning="numbers of a key"),
    ],
    panels=[
        Panel(
            Rule("pairs_alone", tone="muted"),
            Points("kept", "accuracy", tone="density", size=8, names=NAMES),
            x=Axis("numbers kept for each sequence", (100, 7000), log=True),
            y=Axis("share of pairs recalled", (0, 1.05)),
        )
    ],
    readouts=[
        Readout("best", "best recall"),
        Readout("most", "most numbers kept", digits=0),
    ],
    caption="""Each dot is a memory of this room, found by its card, after n pairs of random codes;
    nothing is trained, values have length one in 32 dimensions. The line is what the pairs
    themselves take. Widen the keys: sums move right and up at once. Then write more pairs: which
    dots fall, and which only move?""",
    alt="""Share of pairs recalled against numbers kept on a logarithmic axis, one named dot for
    each memory.""",
)
