"""A bias on one key fades like one over n: the log odds of [CLS], head by head."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.trained import heads, heads_by_passage
from attnkit.trained.recorded.laws import fading, sink_places

__all__ = ["KEY_BIAS_FADES"]

LENGTHS = np.array([8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 401.0])


def compute(layer: float, head: float) -> Values:
    """Log odds of one head on every passage, the two lines; slopes of all heads."""
    at = 12 * (int(layer) - 1) + int(head) - 1
    tables, law, shares = heads_by_passage(), fading(), heads()["first_share"]
    sinks = sink_places()
    slopes = law["slope"][sinks]
    return {
        "n": tables["n"].astype(float),
        "odds": tables["first_logit"][:, at],
        "length": LENGTHS,
        "fitted": law["level"][at] + law["slope"][at] * np.log(LENGTHS),
        "law": law["bias"][at] - np.log(LENGTHS),
        "share": shares[sinks],
        "slopes": slopes,
        "share_here": shares[[at]],
        "slope_here": law["slope"][[at]],
        "slope": law["slope"][at],
        "law_error": law["law_error"][at],
        "constant_error": law["constant_error"][at],
        "sink": shares[at],
    }


KEY_BIAS_FADES = Explorable(
    name="key-bias-fades",
    title="A key's bias fades as the passage grows",
    compute=compute,
    controls=[
        Steps("layer", "layer", range(1, 7), default=4, meaning="one of six"),
        Steps("head", "head", range(1, 13), default=5, meaning="one of its twelve"),
    ],
    panels=[
        Panel(
            Line("length", "law", label="D − log n", tone="accent", dash=True),
            Line("length", "fitted", label="line of best fit", tone="muted"),
            Points("n", "odds", label="a passage", tone="density"),
            x=Axis("tokens n", (7, 450), log=True),
            y=Axis("log odds of [CLS]", (-9, 6)),
            main=True,
        ),
        Panel(
            Rule(-1.0, axis="y", label="a constant bias", tone="accent"),
            Rule(0.0, axis="y", label="a constant share", tone="muted"),
            Points("share", "slopes", label="39 sink heads", tone="muted"),
            Points("share_here", "slope_here", label="this head", tone="density", size=10),
            x=Axis("mean weight of [CLS]", (0, 0.8)),
            y=Axis("slope against log n", (-2.6, 1.2)),
        ),
    ],
    readouts=[
        Readout("sink", "mean weight of [CLS]"),
        Readout("slope", "slope", digits=2),
        Readout("law_error", "error of D − log n on long passages", digits=2),
        Readout("constant_error", "error of a constant share", digits=2),
    ],
    depends={("n", "length", "share", "slopes"): ()},
    caption="""If the key of [CLS] has a bias D that does not know the length, its log odds against
    n equal rivals are D − log n: the sink must fade. Go through the heads: most of those that are
    sinks fall, somewhat less steeply than by one for each unit of log n. The dashed line is fitted
    on passages below 130 tokens; the two errors (root mean square) are on those of 180 and more.
    One six-layer encoder, thirty passages.""",
    alt="""Left, the log odds of [CLS] in one head against the number of tokens, thirty dots that
    fall beside a dashed line of slope minus one; right, the slopes of 39 heads, most of them
    between minus one and minus one half.""",
)
