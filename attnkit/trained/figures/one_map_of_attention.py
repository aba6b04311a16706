"""One map of attention: every mechanism that has a card is a dot, on the same queries and keys."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.trained.kept_heads import HEADS
from attnkit.trained.one_map import EVERY, FILTERS, N_TOKENS, NAMES, TOY, places

__all__ = ["ONE_MAP_OF_ATTENTION"]

MEASURES, KINDS, NOBODY = ("distance", "support", "effective"), ("asked", "other"), "none"


def compute(rows: str, scale: float, law: str, one: str) -> Values:
    """Where every mechanism stands: those that declare what is asked, the others, and one."""
    asked, chosen = np.array(FILTERS[law]), [name == one for name in NAMES]
    measured = dict(zip(MEASURES, places(rows, scale), strict=True))
    drawn = asked & np.isfinite(measured["distance"])
    values: Values = {"equal": np.array([1.0, N_TOKENS]), "n_drawn": float(drawn.sum())}
    for name, here in measured.items():
        values |= {f"asked_{name}": np.where(asked, here, np.nan)}
        values |= {f"other_{name}": np.where(asked, np.nan, here)}
        values |= {f"one_{name}": here[chosen] if any(chosen) else np.array([np.nan])}
    return values


def _dots(across: str) -> list[Points]:
    look = {"names": NAMES}
    return [
        Points(f"asked_{across}", "asked_effective", label="declares it", size=9, **look),
        Points(f"other_{across}", "other_effective", label="does not", tone="muted", **look),
        Points(f"one_{across}", "one_effective", label="the one", tone="accent", size=13),
    ]


SHARES = {share: f"{share:g}" for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)}
KEYS = Axis("effective number of keys, of |w|", (0.8, 60), log=True)

ONE_MAP_OF_ATTENTION = Explorable(
    name="one-map-of-attention",
    title="One map of attention",
    compute=compute,
    controls=[
        Choice(
            "rows",
            "rows",
            (TOY, *HEADS),
            default="same word",
            meaning="whose queries and keys: drawn at random, or a head of a trained encoder",
        ),
        Choice("law", "that declare", (*FILTERS,), default=EVERY, meaning="a law of the matrix"),
        Choice("one", "find", (NOBODY, *NAMES), default=NOBODY, meaning="one mechanism of all"),
        Steps("scale", "scores times", (0.5, 1.0, 2.0), default=1.0, meaning="longer queries"),
    ],
    panels=[
        Panel(
            *_dots("distance"),
            x=Axis(
                "distance to the row of softmax, in total variation", (-0.2, 1.03), ticks=SHARES
            ),
            y=KEYS,
            title="What is read",
            main=True,
        ),
        Panel(
            Line("equal", "equal", label="equal weights", tone="muted", width=1.2),
            *_dots("support"),
            x=Axis("keys with a weight", (0.8, 60), log=True),
            y=KEYS,
            title="Of how many",
        ),
    ],
    readouts=[Readout("n_drawn", "mechanisms that declare it", digits=0)],
    depends={
        "equal": (),
        "n_drawn": ("rows", "scale", "law"),
        **{f"{kind}_{name}": ("rows", "scale", "law") for kind in KINDS for name in MEASURES},
        **{f"one_{name}": ("rows", "scale", "one") for name in MEASURES},
    },
    caption="""Every mechanism of the book that makes weights, on the same queries and keys of 44
    tokens; a dot is the median of eleven rows. Softmax stands at distance zero, with those that
    change its sum and not its shares. Above it are those that blur, below those that sharpen.
    Choose “weights sum to: anything” or “same after a shift of the keys: no”, then go from one head
    to another: on the even one, who still stands near softmax? A memory reads the tokens in their
    order with its gates halfway, and one that wants positive numbers gets elu + 1 of them. A map
    whose every row is zero has no dot.""",
    alt="""Two panels of named dots, one for each mechanism: the effective number of keys over the
    distance to the row of softmax, and over the number of keys with a weight.""",
)
