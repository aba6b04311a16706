"""A context in pieces, each with a sink of its own: what a query's row of weights becomes."""

import functools

import numpy as np

from attnkit.concentration.parallel_contexts.rows import drawn_rows
from attnkit.concentration.parallel_contexts.sinks import sink_law, turning_mass
from attnkit.densities import softmax
from attnkit.diagnostics import entropy
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Area, Line, Points, Rule
from attnkit.explore.presets import one_point

__all__ = ["PARALLEL_CONTEXTS"]

PIECES = (1, 2, 4, 8, 16, 32, 64)
FINE = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64.0])
LENGTHS = (128, 512, 2048, 8192)
SINKS = ("one in each piece", "one shared by all")
SPREAD, N_ROWS = 1.0, 5


def sinks_of(pieces: float, sinks: str) -> int:
    """How many sinks a row has."""
    return round(pieces) if sinks == SINKS[0] else 1


@functools.cache
def drawn(n: int, sink: float, sinks: str) -> np.ndarray:
    """Entropy of drawn rows at every number of pieces."""
    counts = [sinks_of(pieces, sinks) for pieces in PIECES]
    rows = [drawn_rows(N_ROWS, n, count, sink, SPREAD, seed=0) for count in counts]
    return np.array([entropy(softmax(each)).mean().item() for each in rows])


def compute(pieces: float, sink: float, n: float, sinks: str) -> Values:
    """Entropy and mass of sinks against the number of pieces, by the law and in drawn rows."""
    laws = [sink_law(int(n), sinks_of(each, sinks), sink, SPREAD) for each in FINE]
    here = sink_law(int(n), sinks_of(pieces, sinks), sink, SPREAD)
    return {
        "axis": FINE,
        "law": np.array([each.entropy for each in laws]),
        "mass": np.array([each.mass for each in laws]),
        "counts": np.array(PIECES, dtype=float),
        "drawn": drawn(int(n), sink, sinks),
        "pieces_now": pieces,
        "entropy": here.entropy,
        "mass_now": here.mass,
        "turn": turning_mass(sink, SPREAD) or np.nan,
    }


PARALLEL_CONTEXTS = Explorable(
    name="parallel-contexts",
    title="Every piece brings its own sink",
    compute=compute,
    controls=[
        Steps("pieces", "pieces P", PIECES, default=1, meaning="how many the context is cut into"),
        Slider(
            "sink",
            "D",
            stops=tuple(float(score) for score in range(11)),
            default=8.0,
            step=1.0,
            meaning="score of a sink; all others are normal with spread 1",
        ),
        Steps("n", "keys n", LENGTHS, default=2048, meaning="keys of the whole row"),
        Choice("sinks", "sinks", SINKS, meaning="whether pieces bring a sink each"),
    ],
    panels=[
        Panel(
            Line("axis", "law", label="law"),
            Points("counts", "drawn", label="drawn rows", tone="density"),
            Points(one_point("pieces_now"), one_point("entropy"), label="here", size=10),
            title="Entropy of a row",
            x=Axis("pieces P", (0.9, 72), log=True, ticks={p: str(p) for p in PIECES}),
            y=Axis("entropy, nats", (0, 9)),
            main=True,
        ),
        Panel(
            Area("axis", "mass", label="mass of the sinks", tone="value"),
            Rule("turn", axis="y", label="where the entropy turns"),
            Points(one_point("pieces_now"), one_point("mass_now"), label="here", size=10),
            title="What the sinks hold",
            x=Axis("pieces P", (0.9, 72), log=True, ticks={p: str(p) for p in PIECES}),
            y=Axis("share of the row", (0, 1)),
        ),
    ],
    readouts=[
        Readout("entropy", "entropy, nats"),
        Readout("mass_now", "mass of the sinks"),
    ],
    depends={
        ("axis", "counts"): (),
        ("law", "mass", "drawn"): ("sink", "n", "sinks"),
        "pieces_now": ("pieces",),
        "turn": ("sink",),
    },
    caption="""With one sink in each piece, play the number of pieces: the entropy falls at first,
    because every new sink takes mass from many keys, and rises as log P once sinks hold more than
    the dashed share. Lower D to 2 and it hardly falls. With one shared sink the number of pieces
    does not matter.""",
    alt="""Left, the entropy of a row against the number of pieces, a curve of the law with dots of
    drawn rows on it; right, the share of the row that the sinks hold, with a dashed line at the
    share where the entropy turns.""",
)
