"""What the page on deconstructing attention claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.structure.deconstructing.experiments.real import positional
from attnkit.structure.deconstructing.experiments.trained import LONGER
from attnkit.structure.deconstructing.model import KINDS, Switchboard
from attnkit.structure.deconstructing.recorded import learned, learned_longer, moved
from attnkit.structure.deconstructing.weights import second_order_weights

__all__ = ["layers_of_a_real_encoder", "second_layer", "sharpest", "six_times", "third_layer"]

BLIND = ("positional", "fixed", "elementwise", "nothing")
"""Kinds whose weights, if any, no token can change."""


def _ends(firsts: tuple[str, ...], seconds: tuple[str, ...]) -> list[float]:
    """Accuracy in the last tenth of training of every seed of these pairs of layers."""
    return [end for a in firsts for b in seconds for end in learned(a, b)[:, -1].tolist()]


@claim("second-layer-reads-content", source="Measured here, three seeds", computes=Switchboard)
def second_layer() -> dict[str, float]:
    """Recorded: accuracies in the last tenth of training, the worst or best seed of a group."""
    every, content = tuple(KINDS), ("standard", "second order")
    return {
        "worst, content or places first, content second": min(
            _ends((*content, "positional"), content)
        ),
        "best, static or blind second": max(_ends(every, ("static", *BLIND))),
        "best, no mixing first": max(_ends(("elementwise", "nothing"), every)),
        "best, no mixing at all": max(
            _ends(("elementwise", "nothing"), ("elementwise", "nothing"))
        ),
    }


@claim("static-second-is-slower", source="Measured here, three seeds", computes=Switchboard)
def six_times() -> dict[str, float]:
    """Recorded: worst and best seed in the last tenth of 1,200 steps, by arrangement."""
    found = {}
    for kinds in LONGER:
        ends = learned_longer(*kinds)[:, -1]
        found[f"{', '.join(kinds)}, worst"] = float(ends.min())
        found[f"{', '.join(kinds)}, best"] = float(ends.max())
    return found


@claim("one-of-three-may-be-blind", source="Measured here, three seeds", computes=Switchboard)
def third_layer() -> dict[str, float]:
    """Recorded: best and worst seed of three layers of which one is blind, by kind and place."""
    found = {}
    for kind in BLIND[:3]:
        for at in range(3):
            kinds = ["standard"] * at + [kind] + ["standard"] * (2 - at)
            ends = learned(*kinds)[:, -1]
            found[f"{kind}, layer {at + 1}, best"] = float(ends.max())
            found[f"{kind}, layer {at + 1}, worst"] = float(ends.min())
    return found


@claim(
    "early-layers-may-be-blind",
    source="Measured here on one six-layer encoder",
    computes=positional,
)
def layers_of_a_real_encoder() -> dict[str, float]:
    """Recorded: mean 1 − cosine of the embedding over thirty passages, by exchange and layer."""
    places = [*(f"layer {i}" for i in range(1, 7)), "all"]
    return {
        f"{name}, {place}": float(rows[:, i].mean())
        for name, rows in moved().items()
        for i, place in enumerate(places)
    }


@claim("second-order-is-blunt", source="Derived here", computes=second_order_weights)
def sharpest() -> dict[str, float]:
    """The largest weight of one of 16 keys whose scores lie within 4 of zero, by grid."""
    scores = torch.linspace(-4.0, 4.0, 161, dtype=torch.float64)
    rows = scores[:, None, None].expand(-1, 161, 16).clone()
    rows[..., 1:] = scores[None, :, None]
    return {
        "second order": second_order_weights(rows)[..., 0].max().item(),
        "softmax": rows.softmax(-1)[..., 0].max().item(),
    }
