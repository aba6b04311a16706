"""What the loss of one distance costs a real encoder, and digits that are trained without it."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Bars, Points, Rule
from attnkit.structure.sparse_bert.recorded import OFFSETS, losses, real_offsets

__all__ = ["WITHOUT_A_DISTANCE"]

TRAINED = ("0", "1", "4", "others")
STANDS = np.arange(4.0)
KINDS = ("residual", "no residual")


def compute(distance: float, kind: str) -> Values:
    """Mass and cost of every distance in real heads; losses of digits trained without one."""
    found, at = real_offsets(), OFFSETS.index(int(distance))
    moved, mass = (np.nanmean(found[name], 0) for name in ("moved", "mass"))
    whole = losses(kind, "")
    less = [losses(kind, name) for name in TRAINED]
    return {
        "distance": np.array(OFFSETS, dtype=float),
        "moved": moved,
        "mass": mass,
        "moved_at": np.array([distance]),
        "moved_now": moved[[at]],
        "random": float(found["random"].mean()),
        "trained": STANDS,
        "losses": np.array([each.mean() for each in less]),
        "all_at": np.repeat(STANDS, len(whole)),
        "all": np.ravel(less),
        "low": np.full(len(TRAINED), whole.min()),
        "high": np.full(len(TRAINED), whole.max()),
        "whole": float(whole.mean()),
        "costs": float(moved[at]),
        "held": 100 * float(mass[at]),
    }


WITHOUT_A_DISTANCE = Explorable(
    name="without-a-distance",
    title="One distance taken out",
    compute=compute,
    controls=[
        Steps("distance", "distance |i − j|", OFFSETS, default=0, meaning="0 is the diagonal"),
        Choice("kind", "digits", KINDS, default="residual", meaning="sum around attention"),
    ],
    panels=[
        Panel(
            Bars("distance", "mass", tone="muted", label="weight held there"),
            Bars("distance", "moved", tone="density", label="moved without it"),
            Points("moved_at", "moved_now", tone="accent", size=9),
            Rule("random", axis="y", tone="value", label="random pairs, as many"),
            x=Axis("distance", (-0.6, 8.6)),
            y=Axis("weight, and 1 − cosine", (0, 0.13)),
            title="A real encoder, trained with all",
            main=True,
        ),
        Panel(
            Band("trained", "low", "high", label="nothing left out"),
            Rule("whole", axis="y", tone="muted"),
            Points("all_at", "all", tone="muted", size=5, label="a seed"),
            Points("trained", "losses", tone="density", size=8, label="mean"),
            x=Axis("distance left out", (-0.5, 3.5), ticks=dict(enumerate(TRAINED))),
            y=Axis("loss on new digits", (0, 0.8)),
            title="Digits, trained without",
        ),
    ],
    readouts=[
        Readout("costs", "moved without it"),
        Readout("held", "% of the weight held there"),
    ],
    depends={
        ("distance", "moved", "mass", "random", "trained"): (),
        ("moved_at", "moved_now", "costs", "held"): ("distance",),
        ("losses", "all_at", "all", "low", "high", "whole"): ("kind",),
    },
    caption="""Left, an encoder that was trained with all distances: without its neighbours it says
    something else, and without the diagonal it moves about as much as without distance two, which
    is two keys. Right, digits trained from the start without a distance: of the
    means only that of the diagonal alone (others) lies above the band of seeds. Turn the residual
    sum off: the loss is higher, and leaving the diagonal out hardly adds to it.""",
    alt="""Left, bars over distance: the weight heads hold there and what the embedding moves when
    it is taken out, highest at distance one. Right, losses of models trained without a distance,
    as dots within a band of seeds.""",
)
