"""What the page on attention sinks claims, measured."""

import math

from attnkit.claims import claim
from attnkit.normalisation.sinks.null_slot import softmax_plus_one
from attnkit.normalisation.sinks.recorded import heads_of
from attnkit.normalisation.sinks.share import lone_share

__all__ = ["sinks_fade", "sinks_order"]


@claim(
    "sinks-order",
    source="Measured here, after Gu et al. 2024; recorded in results/normalisation-sinks.json",
    computes=softmax_plus_one,
)
def sinks_order() -> dict[str, float]:
    """The least and the largest share of a silent row over five heads, triggers a fifth."""
    measured = {}
    for name, weights, begins, measure in (
        ("first token, softmax, with a mark", "softmax", True, "first"),
        ("first token, softmax, words only", "softmax", False, "first"),
        ("first token, sigmoid −log n, with a mark", "sigmoid, b = −log n", True, "first"),
        ("slot, key bias, words only", "key bias", False, "slot"),
    ):
        shares = heads_of(weights, begins, 0.2)[measure]
        measured |= {f"{name}, least": min(shares), f"{name}, most": max(shares)}
    return measured


@claim("sinks-fade", source="Derived here", computes=lone_share)
def sinks_fade() -> dict[str, float]:
    """The logit of the share of a key that leads by 5, at three lengths, and its slope in log n."""
    logits = {
        n: math.log(share / (1 - share)) for n in (10, 100, 1000) if (share := lone_share(5.0, n))
    }
    slope = (logits[1000] - logits[10]) / math.log(100)
    return {f"n = {n}": logit for n, logit in logits.items()} | {"slope": slope}
