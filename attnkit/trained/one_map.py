"""Where every mechanism that has a card puts the same queries and keys, toy and real."""

import math
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from attnkit.cards import LAWS, cards, mechanisms
from attnkit.cards.cases import Case
from attnkit.cards.laws import Law
from attnkit.cards.mechanism import Mechanism
from attnkit.trained.kept_heads import HEADS, read_heads

__all__ = ["EVERY", "FILTERS", "NAMES", "N_TOKENS", "TOY", "declared", "places"]

TOY, EVERY = "toy: one key stands out", "all"
N_TOKENS, WIDTH, EVERY_NTH = 44, 32, 4
TABLES = {name: table for card in cards() for name, table in card.laws.items()}
NAMES = tuple(TABLES)
FILTERED = [name for name, law in LAWS.items() if isinstance(law, Law)]


def declared(law: str, value: object) -> tuple[bool, ...]:
    """Which mechanisms declare a value of a law."""
    return tuple(TABLES[name].get(law) == value for name in NAMES)


def filters() -> dict[str, tuple[bool, ...]]:
    """The same for each value of each law that any declares, by the words of the matrix."""
    found = {EVERY: (True,) * len(NAMES)}
    for law in FILTERED:
        for value in LAWS[law].values:
            if any(declared(law, value)):
                found[f"{LAWS[law].title}: {LAWS[law].words(value)}"] = declared(law, value)
    return found


FILTERS = filters()


@cache
def named() -> dict[str, Mechanism]:
    """Every mechanism that has a card, by name."""
    return {each.name: each for card in cards() for each in mechanisms(card)}


def tokens(rows: str) -> tuple[Tensor, Tensor]:
    """Queries of some tokens and keys of all, whose inner products are the scores."""
    if rows != TOY:
        queries, keys = (each[[*HEADS].index(rows)] for each in read_heads())
        return queries[::EVERY_NTH], keys
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(N_TOKENS, WIDTH, generator=generator, dtype=torch.float64)
    keys = functional.normalize(drawn, dim=-1)
    return 5 * keys[torch.randperm(N_TOKENS, generator=generator)][::EVERY_NTH], keys


def case_of(rows: str, scale: float, *, positive: bool = False) -> Case:
    """The same tokens as the suite of laws hands them over: no key longer than one."""
    queries, keys = tokens(rows)
    longest = keys.norm(dim=-1).max()
    queries, keys = scale * longest * math.sqrt(WIDTH) * queries, keys / longest
    if positive:
        queries, keys = (functional.elu(each) + 1 for each in (queries, keys))
    halfway = torch.full((N_TOKENS, 8), 0.5, dtype=torch.float64)
    return Case(queries, keys, chances=halfway, spare=keys[0], order=torch.arange(N_TOKENS))


def place(weights: Tensor, softmax: Tensor) -> list[float]:
    """Medians over the rows that read anything, of shares of |w|.

    They are the distance to softmax's row in total variation, the keys with a weight, and the
    effective number of keys; NaN if no row reads anything.
    """
    kept = weights.abs().sum(-1) > 0
    if not kept.any():
        return [math.nan] * 3
    shares = weights[kept].abs() / weights[kept].abs().sum(-1, keepdim=True)
    measured = (
        (shares - softmax[kept]).abs().sum(-1) / 2,
        (shares != 0).sum(-1).double(),
        1 / shares.square().sum(-1),
    )
    return [each.median().item() for each in measured]


@cache
def places(rows: str, scale: float) -> np.ndarray:
    """Distance, support and effective number (measure, mechanism)."""
    queries, keys = tokens(rows)
    softmax = (scale * queries @ keys.mT).softmax(-1)
    found = []
    for name in NAMES:
        mechanism = named()[name]
        case = case_of(rows, scale, positive=mechanism.positive)
        found.append(place(mechanism.weights(case), softmax))
    return np.array(found).T
