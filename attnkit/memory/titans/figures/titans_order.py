"""Who hears whom in memory as context, in the right order and in three wrong ones."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat
from attnkit.memory.shared.unit_vectors import seeded
from attnkit.memory.titans.orders import ORDERS, later_heard, small_context, who_hears_whom

__all__ = ["TITANS_ORDER"]

N_TOKENS, WIDTH, FLOOR = 12, 8, 1e-3
PLACE = np.arange(1, N_TOKENS + 1, dtype=float)


@functools.cache
def _heard(order: str, segment: int) -> torch.Tensor:
    """Norms of derivatives (output, token) of a small network that was drawn, not trained."""
    tokens = torch.randn(N_TOKENS, WIDTH, generator=seeded(1), dtype=torch.float64)
    return who_hears_whom(ORDERS[order], small_context(segment), tokens)


def compute(order: str, segment: float) -> Values:
    """Logarithms of what each output hears, apart for the past and for the future."""
    heard = _heard(order, int(segment))
    past, future = heard.tril(), heard.triu(1)
    shown = [t.clamp_min(FLOOR).log10().numpy() for t in (past, future)]
    shown[0][np.triu_indices(N_TOKENS, 1)] = np.log10(FLOOR)
    segments = torch.arange(N_TOKENS) // int(segment)
    before = heard[segments[:, None] > segments]
    return {
        "place": PLACE,
        "past": shown[0],
        "future": shown[1],
        "later": later_heard(heard),
        "leaks": float((future > 0).sum()),
        "through_memory": before.mean().item() if before.numel() else np.nan,
    }


TITANS_ORDER = Explorable(
    name="titans-order",
    title="Retrieve, attend, update: who hears whom",
    compute=compute,
    controls=[
        Choice("order", "order", tuple(ORDERS), meaning="of the three steps within a segment"),
        Steps("segment", "segment", (2, 3, 4, 6), default=4, meaning="tokens of a segment"),
    ],
    panels=[
        Panel(
            Heat("past", "place", "place", low=-3, high=1, label="log₁₀ of what is heard"),
            x=Axis("token that speaks", (0.5, N_TOKENS + 0.5)),
            y=Axis("token that hears", (0.5, N_TOKENS + 0.5)),
            title="the past and oneself",
            main=True,
        ),
        Panel(
            Heat("future", "place", "place", low=-3, high=1, label="log₁₀ of what is heard"),
            x=Axis("token that speaks", (0.5, N_TOKENS + 0.5)),
            y=Axis("token that hears", (0.5, N_TOKENS + 0.5)),
            title="the future",
        ),
    ],
    readouts=[
        Readout("leaks", "pairs in which the future is heard", digits=0),
        Readout("later", "heard of it at most"),
        Readout("through_memory", "heard of earlier segments, mean"),
    ],
    depends={"place": ()},
    caption="""Swap the order and watch the second panel. In the right one it is empty, whatever the
    segment. Update first, and each segment hears itself to its end: the memory that is asked was
    written by the tokens that ask. Longer segments leak in more pairs, and across their borders
    nothing ever does, so that a test on two whole segments would not see it.""",
    alt="""Two maps of which output leans on which token, twelve by twelve: below the diagonal the
    past, filled; above it the future, empty in the right order, and filled in blocks along the
    diagonal in the others.""",
)
