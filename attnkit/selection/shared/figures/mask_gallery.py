"""Every pattern of the room on one real head, beside what each costs and catches."""

import math
from functools import cache

import numpy as np
import torch

from attnkit.cards import cards
from attnkit.explore import Axis, Choice, Explorable, Panel, Steps, Values
from attnkit.explore.marks import Heat, Line, Points
from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.pattern import Pattern, patterns
from attnkit.trained.kept_heads import HEADS, read_heads

__all__ = ["MASK_GALLERY"]

BUDGETS = (16, 8, 4)
COLUMNS = 3
N = 44
ACROSS, DOWN = N + 6, N + 11


def in_order() -> list[Pattern]:
    """References first, then in the order of the cards of the folders that declare them."""
    order = {card.name: card.order for card in cards() if card.room == "selection"}
    placed = [
        (order.get(module.split(".")[2], 0), at, each)
        for module, found in patterns().modules().items()
        for at, each in enumerate(found)
    ]
    return [each for _, _, each in sorted(placed, key=lambda place: place[:2])]


PATTERNS = in_order()
NAMES = ["softmax", *(each.name for each in PATTERNS)]
ROWS = math.ceil(len(NAMES) / COLUMNS)
PLACES = [(at % COLUMNS * ACROSS, at // COLUMNS * DOWN + DOWN - N) for at in range(len(NAMES))]


@cache
def kept_by(pattern: int, budget: int) -> torch.Tensor:
    """What a pattern keeps of every head (head, query, key)."""
    queries, keys = (each[None] for each in read_heads())
    n_keys = max(round(keys.shape[-2] / budget), 1)
    return PATTERNS[pattern].choose(queries, keys, n_keys)[0]


@cache
def weights() -> torch.Tensor:
    """Softmax rows of every head."""
    queries, keys = read_heads()
    return (queries @ keys.mT).softmax(-1)


def shown(row: torch.Tensor, kept: torch.Tensor) -> np.ndarray:
    """A square of colours: zero where nothing is kept, and more where the weight is more."""
    return torch.where(kept, 0.3 + 0.7 * row.sqrt(), 0.0).numpy().round(2)


@cache
def computed(head: int, budget: int) -> Values:
    """All squares on one, and where each pattern stands."""
    row = weights()[head]
    masks = [kept_by(at, budget)[head] for at in range(len(PATTERNS))]
    whole_row = torch.ones_like(masks[0])
    squares = [shown(row, mask) for mask in (whole_row, *masks)]
    whole = np.full((ROWS * DOWN, COLUMNS * ACROSS), np.nan)
    for (left, top), square in zip(PLACES, squares, strict=True):
        whole[top : top + N, left : left + N] = square
    told = [dropped(row, mask) for mask in masks]
    best = row.sort(-1, descending=True).values.mean(0).cumsum(-1)
    return {
        "squares": whole,
        "density": np.array([each.density.item() for each in told]),
        "mass": np.array([1 - each.mass.mean().item() for each in told]),
        "best": np.concatenate([[0.0], best.numpy()]),
        "share": np.linspace(0, 1, len(best) + 1),
    }


def compute(head: str, budget: float) -> Values:
    """What each pattern keeps of a head at about one key in so many."""
    return computed([*HEADS].index(head), int(budget))


TITLES = {"tone": "muted", "size": 0.5, "names": NAMES}

MASK_GALLERY = Explorable(
    name="mask-gallery",
    title="One head, every pattern of the room",
    compute=compute,
    controls=[
        Choice("head", "head", [*HEADS], default="same word", meaning="of a trained encoder"),
        Steps("budget", "one key in", BUDGETS, default=8, meaning="about so many are kept"),
    ],
    panels=[
        Panel(
            Heat("squares", low=0.0, high=1.0, label="kept: 0.3 + 0.7 √weight"),
            Points([x for x, _ in PLACES], [y - 5.5 for _, y in PLACES], **TITLES),
            x=Axis("", (-1.0, COLUMNS * ACROSS - 1.0), ticks={-9.0: ""}),
            y=Axis("", (ROWS * DOWN - 0.5, -1.0), ticks={-9.0: ""}),
            square=True,
            main=True,
        ),
        Panel(
            Line("share", "best", label="best of as many in each row", tone="muted"),
            Points("density", "mass", tone="density", size=9, names=NAMES[1:]),
            x=Axis("share of the pairs kept", (0.05, 0.7), log=True),
            y=Axis("mean mass caught", (0, 1.02)),
        ),
    ],
    depends={"share": (), "best": ("head",)},
    caption="""Queries run down, keys to the right; what is kept has a colour, a stronger one where
    the head has its weight. Begin at one key in sixteen: a window alone is right for “one ahead”
    and for no other. At one in eight its two ends are worth their keys to all four heads. “Same
    word” is best found by pages and by landmarks, of two keys each here, and of the even head the
    best quarter is less than half. FlexPrefill has one share for the four heads together: it spends
    on the even one. Look for rows that stay empty.""",
    alt="""Left, a grid of small square maps, one for each pattern, coloured where a key is kept;
    right, the mass that each catches over the share of the pairs that it keeps, with the curve of
    the best choice of as many keys in each row.""",
)
