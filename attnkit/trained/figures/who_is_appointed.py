"""Leave [CLS] out, or begin to count positions later: who is the sink then?"""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Line, Points
from attnkit.trained.experiments.appointed import STARTS
from attnkit.trained.recorded.interventions import interventions

__all__ = ["WHO_IS_APPOINTED"]

LAYERS = np.arange(1.0, 7.0)
FIRST = {"the token [CLS]": "with", "a word": "without"}
PLACES = np.arange(len(STARTS), dtype=float)
AXIS = Axis(
    "position of the first token",
    (-0.3, len(STARTS) - 0.7),
    ticks={float(at): str(start) for at, start in zip(PLACES, STARTS, strict=True)},
)


def compute(start: float, first: str) -> Values:
    """Shares of the first token by layer and, from the second on, by where counting begins."""
    found = interventions("trained-appointed")
    at, kind = STARTS.index(int(start)), FIRST[first]
    mean, low, high, _ = found[f"{kind}_share"][:, at]
    later = {name: found[f"{name}_share"][..., 1:].mean(-1) for name in ("with", "without")}
    return {
        "layer": LAYERS,
        "share": mean,
        "low": low,
        "high": high,
        "place": PLACES,
        "with_cls": later["with"][0],
        "without_cls": later["without"][0],
        "now": np.array([float(at)]),
        "share_now": later[kind][0, [at]],
        "heads": found[f"{kind}_heads"][0, at],
        "cosine": found[f"{kind}_cosine"][0, at],
    }


WHO_IS_APPOINTED = Explorable(
    name="who-is-appointed",
    title="Who is appointed the sink?",
    compute=compute,
    controls=[
        Choice("first", "the first token is", tuple(FIRST), meaning="without [CLS] it is a word"),
        Steps(
            "start",
            "its position",
            STARTS,
            default=0,
            meaning="where the count of the learned positions begins",
        ),
    ],
    panels=[
        Panel(
            Band("layer", "low", "high", label="eight passages in ten", tone="density"),
            Line("layer", "share", label="share of the first token"),
            Points("layer", "share", tone="density"),
            x=Axis("layer", (0.7, 6.3)),
            y=Axis("mean weight", (0, 0.8)),
            main=True,
        ),
        Panel(
            Line("place", "with_cls", label="[CLS] first", tone="value"),
            Line("place", "without_cls", label="a word first", tone="second"),
            Points("now", "share_now", label="this setting", tone="accent", size=10),
            x=AXIS,
            y=Axis("mean weight, layers 2 to 6", (0, 0.5)),
        ),
    ],
    readouts=[
        Readout("heads", "heads of 72 with a sink anywhere", digits=1),
        Readout("cosine", "cosine to the embedding as it was"),
    ],
    depends={("layer", "place", "with_cls", "without_cls"): (), "now": ("start",)},
    caption="""Take [CLS] away: the word that now stands at position 0 gets as much. Put it back and
    let the count begin at 1: [CLS] is the sink wherever it stands. Take away both, and hardly any
    is left: position 0 or [CLS], either suffices, in one six-layer encoder with learned positions.
    Means over thirty passages; a head has a sink where some token gets more than 0.3.""",
    alt="""Left, the mean weight of the first token in each of six layers with a band over passages;
    right, the same against the position of the first token: flat with [CLS], and falling from 0.35
    to below 0.05 after position 0 without it.""",
)
