"""What the page on the real encoder claims, from the recorded runs on thirty passages."""

import numpy as np

from attnkit.claims import claim
from attnkit.trained import heads, heads_by_passage
from attnkit.trained.kept_heads import HEADS
from attnkit.trained.one_map import NAMES, declared, places
from attnkit.trained.recorded.interventions import interventions
from attnkit.trained.recorded.laws import fading, sink_places

__all__ = [
    "bias_fades",
    "dispersion",
    "gives_nothing",
    "number",
    "passed_over",
    "same_shares",
    "sees_the_shift",
]

SOURCE = "Measured here on one six-layer encoder, all-MiniLM-L6-v2"


@claim("real-one-number", source=SOURCE, computes=interventions)
def number() -> dict[str, float]:
    """Share of [CLS] in layers 3 to 6, of passages of 37 tokens and more: with the number, without.

    The third is the furthest that another coordinate moves it, and the last what the next layer
    makes of a quarter of the number.
    """
    found = interventions("trained-one-number")
    without, own = found["less"][3, [0, -1], 2:].mean(-1)
    others = found["reset"][3, 1:, 2:].mean(-1)
    return {
        "untouched": own,
        "without the number": without,
        "another coordinate, at most": np.abs(others - own).max(),
        "a quarter, one layer later": found["regrown"][3, 1],
    }


@claim("real-appointed", source=SOURCE, computes=interventions)
def passed_over() -> dict[str, float]:
    """Share of the first token in layers 2 to 6: by its name, by its position, by neither."""
    found = interventions("trained-appointed")
    with_cls, without = (found[f"{name}_share"][0, :, 1:].mean(-1) for name in ("with", "without"))
    return {
        "[CLS], at 1 or later, at least": with_cls[1:].min(),
        "a word at 0": without[0],
        "a word later, at most": without[1:].max(),
    }


@claim("real-gives-nothing", source=SOURCE, computes=interventions)
def gives_nothing() -> dict[str, float]:
    """Mean cosine to the embedding as it was, for each change of [CLS] in the sink heads."""
    found = interventions("trained-nothing-given")
    last = {name: found[name][0, -1] for name in ("dropped", "passed_on", "heard")}
    ratio = np.median(heads()["output_ratio"][sink_places()])
    return last | {"length of what it gives, over the median": ratio}


@claim("real-bias-fades", source=SOURCE, computes=fading)
def bias_fades() -> dict[str, float]:
    """Slopes of the log odds of [CLS] against log n in the sink heads; heads that D − log n fits.

    It fits where it is nearer to passages of 180 tokens and more than a constant share is.
    """
    law, sinks = fading(), sink_places()
    low, middle, high = np.quantile(law["slope"][sinks], [0.25, 0.5, 0.75])
    better = (law["law_error"] < law["constant_error"])[sinks]
    return {
        "first quartile": low,
        "median": middle,
        "third quartile": high,
        "sink heads": len(sinks),
        "heads fitted better": int(better.sum()),
    }


@claim("real-dispersion", source=SOURCE, computes=heads_by_passage)
def dispersion() -> dict[str, float]:
    """Root mean square of entropy − (log n − σ²/2), by the spread of the scores.

    Over heads and passages of 20 words and more.
    """
    tables = heads_by_passage()
    log_n = np.log(tables["n"] - 2)[:, None]
    gap = tables["word_entropy"] - (log_n - tables["word_variance"] / 2)
    spread, long = np.sqrt(tables["word_variance"]), tables["n"][:, None] > 21
    bins = {"σ < 1": (0, 1), "1 ≤ σ < 1.5": (1, 1.5), "1.5 ≤ σ < 2": (1.5, 2)}
    inside = {name: (spread >= a) & (spread < b) & long for name, (a, b) in bins.items()}
    return {name: np.sqrt(np.square(gap[where]).mean()) for name, where in inside.items()}


@claim("one-map-key-shift", source="Measured here, on four heads of that encoder", computes=places)
def sees_the_shift() -> dict[str, float]:
    """Medians over mechanisms that see a shift of the keys, and over those that do not.

    The keys read, over softmax's, where they come nearest in the three heads that look at
    something; and the distances to softmax on the even head. A map that reads nothing has none.
    """
    sees, does_not = (
        np.array(declared("invariant_to_key_shift", value)) for value in (False, True)
    )
    softmax = NAMES.index("softmax")
    *sharp, even = (places(head, 1.0) for head in HEADS)
    read = [effective / effective[softmax] for _, _, effective in sharp]
    return {
        "sees it: keys read, at least": min(np.nanmedian(each[sees]) for each in read),
        "does not: keys read, at most": max(np.nanmedian(each[does_not]) for each in read),
        "sees it: distance on the even head": np.nanmedian(even[0, sees]),
        "does not: distance on the even head": np.nanmedian(even[0, does_not]),
    }


@claim("one-map-same-shares", source="Derived here", computes=places)
def same_shares() -> dict[str, float]:
    """Greatest distance to softmax of maps that change its sum, over the four heads."""
    at = [NAMES.index(name) for name in ("softmax plus one", "gated softmax")]
    return {"distance": max(places(head, 1.0)[0, at].max() for head in HEADS)}
