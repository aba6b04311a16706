"""One head from two starts: which minimum is lower as samples come in, and what it is worth."""

import functools

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.icl.positional_to_semantic.experiments.phases import RATIOS, SHARES
from attnkit.icl.positional_to_semantic.mixed import MixedTask
from attnkit.icl.positional_to_semantic.recorded import phases, real_shares
from attnkit.icl.positional_to_semantic.theory import floors

__all__ = ["TWO_MINIMA"]

SCALE = 1000.0
"""Losses and risks are drawn in thousandths."""


@functools.cache
def _floors(share: float) -> tuple[float, float]:
    found = floors(MixedTask(d=100, share=share))
    return SCALE * found.positional_risk, SCALE * found.semantic_risk


def compute(share: float, ratio: float) -> Values:
    """Losses and risks over the samples, of both starts; shares of trained heads by layer."""
    found = phases(share)
    here = RATIOS.index(ratio)
    layers, heads = real_shares()["share"].shape
    jitter = np.linspace(-0.25, 0.25, heads)
    low, high = _floors(share)
    return {
        "ratio": found["ratio"],
        "now": np.array([ratio]),
        **{
            f"{start}_{what}": SCALE * found[f"{start}_{what}"]
            for start in ("positional", "semantic")
            for what in ("loss", "risk")
        },
        "fixed": SCALE * found["fixed"],
        "top": 1.05 * SCALE * float(found["positional_risk"].max()),
        "positional_floor": np.array([low]),
        "semantic_floor": np.array([high]),
        "seeds": float((found["lead"][here] > 0).sum()),
        "overlap": float(found["semantic_semantic"][here]),
        "place": float(found["positional_positional"][here]),
        "layer": (np.arange(1.0, layers + 1)[:, None] + jitter).ravel(),
        "head_share": real_shares()["share"].ravel(),
        "task_share": np.array([share]),
    }


TWO_MINIMA = Explorable(
    name="two-minima",
    title="Where, or what: two minima of one head",
    compute=compute,
    controls=[
        Slider(
            "share",
            "share of place π",
            stops=SHARES,
            default=0.6,
            step=0.15,
            meaning="how much of the target is a matter of place",
        ),
        Steps("ratio", "n/d", RATIOS, default=1.4, meaning="samples for each dimension"),
    ],
    panels=[
        Panel(
            Line("ratio", "positional_loss", label="from the places", tone="value"),
            Line("ratio", "semantic_loss", label="from the meaning", tone="density"),
            Rule("now", tone="muted"),
            x=Axis("samples for each dimension n/d", (0.23, 8.7), log=True),
            y=Axis("training loss, thousandths", (0, 5.2)),
            title="Training loss",
            main=True,
        ),
        Panel(
            Line("ratio", "fixed", label="best fixed map", tone="muted", dash=True),
            Line("ratio", "positional_risk", label="from the places", tone="value"),
            Line("ratio", "semantic_risk", label="from the meaning", tone="density"),
            Rule("positional_floor", axis="y", label="places, n = ∞", tone="value"),
            Rule("semantic_floor", axis="y", label="meaning, n = ∞", tone="density"),
            Rule("now", tone="muted"),
            x=Axis("samples for each dimension n/d", (0.23, 8.7), log=True),
            y=Axis("risk, thousandths", (0, "top")),
            title="Risk on new samples",
        ),
        Panel(
            Points("layer", "head_share", tone="density", size=5),
            Rule("task_share", axis="y", tone="muted", label="π"),
            x=Axis("layer", (0.5, 6.5)),
            y=Axis("share of place in the scores", (-0.02, 1.02)),
            title="72 trained heads",
        ),
    ],
    readouts=[
        Readout("seeds", "seeds in which meaning is lower, of 5", digits=0),
        Readout("place", "overlap with the place, from the places"),
        Readout("overlap", "overlap with the meaning, from the meaning"),
    ],
    depends={
        ("ratio", "layer", "head_share"): (),
        "now": ("ratio",),
        ("positional_loss", "semantic_loss", "positional_risk", "semantic_risk"): ("share",),
        ("fixed", "positional_floor", "semantic_floor", "task_share", "top"): ("share",),
    },
    caption="""Move π. At 0.15 the head does well to learn the meaning from the first samples on; at
    0.9 it never does. In between the curves of the loss cross, and where the curve from the places
    falls onto the other, its minimum is gone. Now look at the risk: which of the two ever beats a
    map that sees no token at all? Level lines are the risks with samples without end. Last
    panel: how much of each trained head's scores is the same in every text.""",
    alt="""Three plots. Training loss against samples for each dimension on a logarithmic axis, two
    rising curves that cross; risk with that of the best fixed map and two level lines; and dots of
    seventy-two trained heads by layer, from zero to one.""",
)
