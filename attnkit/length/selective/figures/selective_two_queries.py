"""Two like queries, one sharp and one broad: what one matrix makes of them at a given norm."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.length.selective.norms import (
    norm_with_free_temperatures,
    norm_with_read_temperatures,
    plain_norm,
)
from attnkit.length.selective.selective import selective_weights

__all__ = ["SELECTIVE_TWO_QUERIES"]

COSINES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
SHARPNESS = (1.0, 2.0, 4.0, 8.0, 16.0)
BUDGETS = (1, 2, 4, 8)
KEYS = torch.linspace(1, -1, 13, dtype=torch.float64)
ALONG = np.linspace(0, 0.995, 100)


def within(cosine: float, wanted: Tensor, norm: float) -> Tensor:
    """The sharpness of both queries that a matrix of this norm gives, nearest to that wanted.

    By least squares with a penalty: the queries' sum and difference are its directions.
    """
    inner = torch.tensor([1 + cosine, 1 - cosine], dtype=torch.float64)
    turn = torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64) / math.sqrt(2)
    parts = turn @ wanted
    if float((parts.square() / inner).sum()) <= norm**2:
        return wanted
    low, high = 0.0, 1e6
    for _ in range(80):
        penalty = (low + high) / 2
        found = (inner * (parts / (inner + penalty)).square()).sum()
        low, high = (penalty, high) if found > norm**2 else (low, penalty)
    return turn @ (parts * inner / (inner + high))


@functools.cache
def curves(first: float) -> dict[str, np.ndarray]:
    """The three norms against the cosine."""
    norms = {
        "plain": plain_norm,
        "free": norm_with_free_temperatures,
        "read": norm_with_read_temperatures,
    }
    return {
        name: np.array([norm(c, first, 1.0) for c in ALONG.tolist()])
        for name, norm in norms.items()
    }


def divergence(wanted: Tensor, found: Tensor) -> float:
    """Of found weights from those wanted."""
    return (wanted * (wanted / found).log()).sum().item()


def compute(cosine: float, first: float, budget: float) -> Values:
    """Weights of both queries, wanted and found, and the norms against the cosine."""
    wanted = torch.tensor([first, 1.0], dtype=torch.float64)
    norm = budget * norm_with_free_temperatures(cosine, first, 1.0)
    found = within(cosine, wanted, norm)
    asked, given = (selective_weights(KEYS.expand(2, -1), s[:, None]) for s in (wanted, found))
    return {
        "key": np.arange(1.0, len(KEYS) + 1),
        **{f"wanted_{i}": asked[i].numpy() for i in (0, 1)},
        **{f"found_{i}": given[i].numpy() for i in (0, 1)},
        "cosine_axis": ALONG,
        **curves(first),
        "now": np.array([cosine]),
        "plain_now": np.array([plain_norm(cosine, first, 1.0)]),
        "norm": norm,
        "first_found": found[0].item(),
        "second_found": found[1].item(),
        "lost": divergence(asked[0], given[0]) + divergence(asked[1], given[1]),
    }


def _row(place: int, title: str, *, main: bool = False) -> Panel:
    return Panel(
        Bars("key", f"wanted_{place}", label="wanted, as with temperatures", tone="muted"),
        Points("key", f"found_{place}", label="one matrix", tone="value", size=7),
        title=title,
        x=Axis("key", (0.3, 13.7)),
        y=Axis("weight", (0, 0.8)),
        main=main,
    )


SELECTIVE_TWO_QUERIES = Explorable(
    name="selective-two-queries",
    title="Alike, and to look unlike",
    compute=compute,
    controls=[
        Slider("cosine", "cosine ρ", stops=COSINES, default=0.9, step=0.01, meaning="of queries"),
        Slider("first", "sharpness b₁", stops=SHARPNESS, default=8.0, step=1.0, meaning="b₂ is 1"),
        Steps("budget", "budget", BUDGETS, default=1, meaning="times what temperatures need"),
    ],
    panels=[
        _row(0, "The sharp query", main=True),
        _row(1, "The broad query"),
        Panel(
            Line("cosine_axis", "plain", label="one matrix", tone="value"),
            Line("cosine_axis", "read", label="temperatures read", tone="support"),
            Line("cosine_axis", "free", label="temperatures free", tone="density"),
            Points("now", "plain_now", tone="value", size=8),
            Rule("norm", axis="y", label="budget"),
            title="Norm of all that is learned",
            x=Axis("cosine of the queries", (0, 1)),
            y=Axis("norm", (1, 200), log=True),
        ),
    ],
    readouts=[
        Readout("first_found", "sharpness found, of b₁"),
        Readout("second_found", "sharpness found, of 1"),
        Readout("lost", "divergence, both rows"),
    ],
    depends={
        ("key", "cosine_axis"): (),
        ("wanted_0", "wanted_1", "plain", "free", "read"): ("first",),
        "now": ("cosine",),
        "plain_now": ("cosine", "first"),
    },
    caption="""Two queries, one to look sharply and one broadly. A matrix with no more norm than
    temperatures need gives both nearly the same row once the queries are alike. How large a budget
    does it want at ρ = 0.9, and at 0.99? In the last panel, temperatures that are read off the
    query (green) save less than those that are free.""",
    alt="""Two rows of weights over thirteen keys as bars, with what one matrix of the same norm
    gives as dots; below, three norms against the cosine of the queries, two of which grow
    without end.""",
)
