"""The one plot that returns in every room: the same row of scores, and each mechanism a dot."""

import math
from collections.abc import Sequence
from functools import cache, partial

import numpy as np
import torch
from torch import Tensor

from attnkit.cards.declared import mechanisms
from attnkit.cards.mechanism import ScoreMap
from attnkit.cards.shelf import cards
from attnkit.diagnostics import support_size
from attnkit.explore import Axis, Explorable, Panel, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule

__all__ = ["plane"]

LENGTHS = (8, 32, 128, 512, 2048)
SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
GAPS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)


@cache
def maps() -> dict[str, ScoreMap]:
    """Every map of scores that has a card, by name."""
    every = [mechanism for card in cards() for mechanism in mechanisms(card)]
    return {each.name: each for each in every if isinstance(each, ScoreMap)}


def row(n: int, spread: float, gap: float) -> Tensor:
    """One key with the score `gap`, and n - 1 as evenly as a normal density has them."""
    shares = (torch.arange(n - 1, dtype=torch.float64) + 0.5) / (n - 1)
    others = spread * math.sqrt(2) * torch.erfinv(2 * shares - 1)
    return torch.cat([torch.tensor([gap], dtype=torch.float64), others])


def place(weights: Tensor) -> tuple[float, float, float]:
    """Support, sum and effective number of a row of weights; NaN for one of zeros."""
    if not bool(weights.any()):
        return (math.nan, math.nan, math.nan)
    shares = weights.abs() / weights.abs().sum()
    effective = 1 / shares.square().sum()
    return support_size(weights).item(), weights.sum().item(), effective.item()


def plane(
    name: str, room: str, *, title: str, caption: str, beside: Sequence[str] = ()
) -> Explorable:
    """Declare the one plot of a room: effective number of keys against support, and against sum.

    The effective number is that of the shares of absolute weights, so that it is defined for all.

    Parameters
    ----------
    name, title, caption : str
        Of the figure.
    room : str
        Whose maps from scores to weights it shows, all that its cards name.
    beside : sequence of str
        Maps of other rooms by name, to compare with, such as "softmax".

    Raises
    ------
    ValueError
        If neither the room nor `beside` names a map, or `beside` one that no card has.
    """
    rooms = _rooms_of_maps()
    for each in beside:
        if each not in rooms:
            raise ValueError(f"beside must name maps that have a card, {[*rooms]}, got {each!r}")
    shown = [each for each in rooms if rooms[each] == room]
    others = [each for each in beside if each not in shown]
    if not shown and not others:
        raise ValueError(f"room must have a card with a map from scores to weights, got {room!r}")

    return Explorable(
        name=name,
        title=title,
        compute=partial(_compute, tuple(shown), tuple(others)),
        controls=_controls(),
        panels=_panels(shown, others),
        depends={"every": (), "n": ("n",)},
        caption=caption,
        alt="""Two panels of named dots, one for each mechanism: the effective number of keys over
        the number of keys with a weight, and over the sum of the weights.""",
    )


def _compute(
    shown: Sequence[str], others: Sequence[str], n: float, spread: float, gap: float
) -> Values:
    """Where each map puts the same row of scores; a partial of it can be sent to a process."""
    scores = row(int(n), spread, gap)[None]
    values: Values = {"every": np.array([1.0, LENGTHS[-1]]), "n": float(n)}
    for kind, names in (("own", shown), ("other", others)):
        places = [place(maps()[each].of_scores(scores)[0]) for each in names]
        columns = np.array(places).reshape(-1, 3).T
        named = (f"{kind}_support", f"{kind}_sum", f"{kind}_keys")
        values |= dict(zip(named, columns, strict=True))
    return values


def _rooms_of_maps() -> dict[str, str]:
    """The room of every map of scores, by the map's name, read off the cards alone."""
    tables = ((card.room, name, table) for card in cards() for name, table in card.laws.items())
    return {name: room for room, name, table in tables if "weights" in table}


def _controls() -> list:
    return [
        Slider(
            "gap", stops=GAPS, default=3.0, step=0.5, meaning="score of the key that stands out"
        ),
        Slider(
            "spread", stops=SPREADS, default=1.0, step=0.25, meaning="how far the others lie apart"
        ),
        Steps("n", "n", LENGTHS, default=128, meaning="how many keys the row has"),
    ]


def _panels(shown: Sequence[str], others: Sequence[str]) -> list[Panel]:
    keys = Axis("effective number of keys, of |w|", (0.8, 3000), log=True)

    def dots(across: str) -> list[Points]:
        marks = [Points(f"own_{across}", "own_keys", tone="density", size=10, names=shown)]
        if others:
            look = {"tone": "muted", "size": 10, "names": others}
            marks.append(Points(f"other_{across}", "other_keys", **look))
        return marks

    return [
        Panel(
            Line("every", "every", label="equal weights", tone="muted", width=1.2),
            *dots("support"),
            x=Axis("keys with a weight", (0.8, 3000), log=True),
            y=keys,
            main=True,
        ),
        Panel(
            Rule(1.0, label="sum of one", tone="muted"),
            Rule("n", axis="y", label="n", tone="muted"),
            *dots("sum"),
            x=Axis("sum of the weights", (0.05, 3000), log=True),
            y=keys,
        ),
    ]
