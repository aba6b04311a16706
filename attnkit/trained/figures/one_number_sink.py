"""Turn one coordinate of the first token's state down, or give it to another token."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Line, Points
from attnkit.trained.experiments.one_number import CONTROLS, COORDINATE, DOSES
from attnkit.trained.recorded.interventions import interventions

__all__ = ["ONE_NUMBER_SINK"]

LAYERS = np.arange(1.0, 7.0)
TAKEN, GIVEN = "taken from [CLS]", "given to the middle token"
ARRAYS = {TAKEN: ("less", "reset", -1), GIVEN: ("planted", "given", 0)}
PLACES = np.arange(1.0, 6.0)
NAMES = {float(at): str(c) for at, c in zip(PLACES, (COORDINATE, *CONTROLS), strict=True)}


def compute(dose: float, what: str) -> Values:
    """Shares of the token by layer at this dose, untouched, and with other coordinates moved."""
    found = interventions("trained-one-number")
    by_dose, by_coordinate, untouched = ARRAYS[what]
    mean, low, high, long = found[by_dose][:, DOSES.index(dose)]
    own = found[by_dose][0, untouched]
    others = found[by_coordinate][..., 2:].mean(-1)
    return {
        "layer": LAYERS,
        "share": mean,
        "low": low,
        "high": high,
        "untouched": own,
        "place": PLACES,
        "moved": others[0],
        "untouched_later": np.full(5, own[2:].mean()),
        "number": found["number"][0] * dose,
        "regrown": found["regrown"][0, DOSES.index(dose)] if what == TAKEN else np.nan,
        "later": mean[2:].mean(),
        "long": long[2:].mean(),
        "before": own[2:].mean(),
    }


ONE_NUMBER_SINK = Explorable(
    name="one-number-sink",
    title="One number makes the sink",
    compute=compute,
    controls=[
        Steps(
            "dose",
            "how much of the number is there",
            DOSES,
            default=1.0,
            meaning="1: as large as it is in [CLS]; 0: as in an ordinary token",
        ),
        Choice(
            "what",
            "coordinate 99 is",
            (TAKEN, GIVEN),
            meaning="after the first layer, before the other five",
        ),
    ],
    panels=[
        Panel(
            Band("layer", "low", "high", label="eight passages in ten", tone="density"),
            Line("layer", "untouched", label="untouched", tone="muted", dash=True),
            Line("layer", "share", label="this token's share"),
            Points("layer", "share", tone="density"),
            x=Axis("layer", (0.7, 6.3)),
            y=Axis("mean weight", (0, 0.8)),
            main=True,
        ),
        Panel(
            Line("place", "untouched_later", label="untouched", tone="muted", dash=True),
            Points("place", "moved", label="this one wholly moved", tone="value", size=9),
            x=Axis("coordinate", (0.5, 5.5), ticks=NAMES),
            y=Axis("mean weight, layers 3 to 6", (0, 0.5)),
        ),
    ],
    readouts=[
        Readout("number", "the number", digits=1),
        Readout("regrown", "one layer later", digits=1, undefined="not measured"),
        Readout("later", "share, layers 3 to 6"),
        Readout("long", "in passages of 37 tokens and more"),
        Readout("before", "untouched"),
    ],
    depends={
        ("layer", "place"): (),
        ("untouched", "moved", "untouched_later", "before"): ("what",),
        "number": ("dose",),
    },
    caption="""After its first layer, one six-layer encoder writes 8.1 into coordinate 99 of [CLS],
    and next to nothing there into other tokens. Turn that number down: the next layer
    restores a quarter of it, and the sink is whole from the third on; from nothing it grows again
    in passages of a few words only. Then give it to the middle token, which is nobody's sink.
    Right: the four coordinates that differ next most do nothing. Means over thirty passages.""",
    alt="""Left, the mean weight that a token gets in each of six layers, with a band over thirty
    passages, beside a dashed line for the untouched model; right, dots for five coordinates, of
    which only 99 moves the weight.""",
)
