"""Four of six case studies, by layer and by the number of heads silenced."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.interpretation.case_studies.recorded import silenced, study

__all__ = ["SIX_QUESTIONS"]

LAYERS = np.arange(1.0, 7.0)
REMOVED = (6, 22, 36, 58)
BITS = (8, 4, 2)


def ratios(kind: str) -> np.ndarray:
    """Share of the weight over share of the tokens (layer,)."""
    rows = study("magnets")[kind]
    return np.array(rows["weight"]) / rows["tokens"]


def compute(bits: float, silent: float) -> Values:
    """Entropies, contrasts, draws and losses."""
    entropies, contrasts = study("bits"), study("contrast")
    counts = [0, *REMOVED, 72]
    every = float(silenced("all"))
    losses = {name: np.array([0, *silenced(name), every]) for name in ("least", "random", "most")}
    here = counts.index(int(silent))
    kept = np.array(entropies[f"entropy, {int(bits)} bits"])
    return {
        "layer": LAYERS,
        "entropy": np.array(entropies["entropy"]),
        "in_bits": kept,
        **{name: np.array(row) for name, row in contrasts.items()},
        "stops": ratios("stop words"),
        "marks": ratios("punctuation"),
        "others": ratios("others"),
        "count": np.array(counts, dtype=float),
        **losses,
        "silent": float(silent),
        "gained": float(np.mean(kept) - np.mean(entropies["entropy"])),
        "least_now": losses["least"][here],
        "most_now": losses["most"][here],
    }


BY_LAYER = Axis("layer", (0.6, 6.4))
SIX_QUESTIONS = Explorable(
    name="six-questions",
    title="Questions to seventy-two heads",
    compute=compute,
    controls=[
        Steps("bits", "bits", BITS, default=2, meaning="of every query and key"),
        Steps("silent", "heads silenced", REMOVED, default=36, meaning="of seventy-two"),
    ],
    panels=[
        Panel(
            Bars("layer", "in_bits", label="in few bits", tone="density"),
            Bars("layer", "entropy", label="as they are", tone="muted"),
            x=BY_LAYER,
            y=Axis("entropy of a row", (0, 4.2)),
            title="What few bits leave",
            main=True,
        ),
        Panel(
            Line("count", "most", label="the most first", tone="accent"),
            Line("count", "random", label="by chance", tone="muted", dash=True),
            Line("count", "least", label="the least first", tone="density"),
            Rule("silent", tone="muted"),
            x=Axis("heads silenced", (0, 72)),
            y=Axis("loss of the embedding", (0, 0.7)),
            title="Who is missed",
        ),
        Panel(
            Line("layer", "contrast", label="contrast", tone="density"),
            Line("layer", "task", label="the task's map", tone="value"),
            Line("layer", "general", label="a general map", tone="muted", dash=True),
            Points("layer", "contrast", tone="density"),
            x=BY_LAYER,
            y=Axis("finds the sentence", (0.45, 0.8)),
            title="What was asked",
        ),
        Panel(
            Line("layer", "others", label="other words", tone="value"),
            Line("layer", "marks", label="punctuation", tone="accent"),
            Line("layer", "stops", label="stop words", tone="density"),
            Rule(1.0, axis="y", tone="muted"),
            x=BY_LAYER,
            y=Axis("weight over share of tokens", (0.5, 1.5)),
            title="What draws",
        ),
    ],
    readouts=[
        Readout("gained", "entropy gained, mean of layers"),
        Readout("least_now", "loss, the least first"),
        Readout("most_now", "loss, the most first"),
    ],
    depends={
        ("layer", "entropy", "task", "general", "contrast"): (),
        ("stops", "marks", "others", "count", "least", "random", "most"): (),
        ("in_bits", "gained"): ("bits",),
        ("silent", "least_now", "most_now"): ("silent",),
    },
    caption="""Take bits away: at four nothing is to be seen, at two every layer has flattened. Keep
    heads silent: the least third costs less than the six that matter most. Below, the
    chance that a map ranks a sentence that was asked for above the rest, and what draws weight
    beyond its share of the tokens. One six-layer encoder, means over thirty passages,
    and over a hundred sentences where one is asked for.""",
    alt="""Four panels: entropies by layer as they are and in few bits; loss of the embedding
    against the number of silenced heads in three orders; how well three maps find a sentence, by
    layer; and the weight of stop words, punctuation and others over their share, by layer.""",
)
