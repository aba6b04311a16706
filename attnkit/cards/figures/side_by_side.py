"""The same scores through any two mechanisms that have a card."""

import math
from functools import cache

import numpy as np
import torch

from attnkit.cards import cards, mechanisms
from attnkit.cards.cases import Case
from attnkit.cards.mechanism import Mechanism, scores
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Points

__all__ = ["SIDE_BY_SIDE"]

KEYS_AT = torch.tensor([5, 20, 60, 75, 80, 130, 170, 200, 215, 250, 300, 335]).deg2rad().double()
N_KEYS = len(KEYS_AT)
NAMES = tuple(name for card in cards() for name in card.laws)


@cache
def named() -> dict[str, Mechanism]:
    """Every mechanism that has a card, by name."""
    return {mechanism.name: mechanism for card in cards() for mechanism in mechanisms(card)}


def directions(angles: torch.Tensor) -> torch.Tensor:
    """Unit vectors of the plane."""
    return torch.stack([angles.cos(), angles.sin()], -1)


def case_of(angle: float, length: float, *, positive: bool = False) -> Case:
    """One query among twelve keys on a circle; through elu + 1 where they must be positive."""
    queries = length * directions(torch.tensor([math.radians(angle)], dtype=torch.float64))
    keys = directions(KEYS_AT)
    if positive:
        queries, keys = (torch.nn.functional.elu(each) + 1 for each in (queries, keys))
    halfway = torch.full((N_KEYS, 8), 0.5, dtype=torch.float64)
    return Case(queries, keys, chances=halfway, spare=keys[0], order=torch.arange(N_KEYS))


@cache
def weights_of(name: str, angle: float, length: float) -> torch.Tensor:
    """Weights (key,) of one mechanism: each is asked for beside every other."""
    mechanism = named()[name]
    return mechanism.weights(case_of(angle, length, positive=mechanism.positive))[0]


def compute(first: str, second: str, angle: float, length: float) -> Values:
    """Scores of the keys, and the weights that two mechanisms make of them."""
    values: Values = {"key": np.arange(1, N_KEYS + 1)}
    values["score"] = scores(case_of(angle, length))[0].numpy()
    for place, name in (("first", first), ("second", second)):
        weights = weights_of(name, angle, length)
        values |= {
            f"{place}_weight": weights.numpy(),
            f"{place}_low": min(0.0, 1.1 * weights.min().item()),
            f"{place}_high": max(1.0, 1.1 * weights.max().item()),
            f"{place}_sum": weights.sum().item(),
            f"{place}_count": float((weights != 0).sum()),
        }
    return values


def _weights(place: str, title: str, *, main: bool = False) -> Panel:
    return Panel(
        Bars("key", f"{place}_weight", label="weight", tone="density" if main else "value"),
        x=Axis("key", (0.3, N_KEYS + 0.7)),
        y=Axis("weight", (f"{place}_low", f"{place}_high")),
        title=title,
        main=main,
    )


def _depends(place: str) -> dict:
    parts = ("weight", "low", "high", "sum", "count")
    return {tuple(f"{place}_{part}" for part in parts): (place, "angle", "length")}


SIDE_BY_SIDE = Explorable(
    name="side-by-side",
    title="The same scores through two mechanisms",
    compute=compute,
    controls=[
        Choice("first", "first", NAMES, default=NAMES[0], meaning="whose weights stand first"),
        Choice("second", "second", NAMES, default=NAMES[-1], meaning="whose weights stand second"),
        Slider(
            "angle",
            "angle of the query",
            stops=tuple(range(0, 346, 15)),
            default=75,
            step=15,
            meaning="in degrees; twelve keys stand on the same circle",
        ),
        Slider(
            "length",
            "length of the query",
            stops=(0.5, 1.0, 2.0, 4.0, 8.0),
            default=4.0,
            step=0.5,
            meaning="scores are proportional to it",
        ),
    ],
    panels=[
        _weights("first", "First", main=True),
        _weights("second", "Second"),
        Panel(
            Points("key", "score", label="score", tone="accent", size=8),
            x=Axis("key", (0.3, N_KEYS + 0.7)),
            y=Axis("score", (-6, 6)),
            title="Scores",
        ),
    ],
    readouts=[
        Readout("first_sum", "sum, first"),
        Readout("second_sum", "sum, second"),
        Readout("first_count", "keys with a weight, first", digits=0),
        Readout("second_count", "keys with a weight, second", digits=0),
    ],
    depends={"key": (), "score": ("angle", "length")} | _depends("first") | _depends("second"),
    caption="""Turn the query past the keys, which stand on a circle in groups, and lengthen it.
    Who picks one key, who spreads, who goes below zero? A memory reads the keys as tokens in this
    order, with its gates halfway, and one that wants positive numbers gets elu + 1 of them.""",
    alt="""Two panels of bars, the weights that the two chosen mechanisms give to twelve keys; then
    the scores of these keys as dots.""",
)
