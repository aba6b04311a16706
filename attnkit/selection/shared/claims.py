"""What the story of the room claims, measured."""

import numpy as np

from attnkit.claims import claim
from attnkit.selection.routing.recorded import SUMMARY as ROUTING
from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.recorded import SUMMARY
from attnkit.selection.shared.references import oracle, window_and_ends

__all__ = ["below_the_window", "pooled_budget", "window_reference"]

BUDGETS = ("1/16", "1/8", "1/4")


def mean_of(way: str, budget: str, measure: str = "mass", layer: int | None = None) -> float:
    """Recorded mean over thirty passages and all heads, or those of one layer, from 1."""
    row = np.array(SUMMARY["selection-references-real"][way][budget][measure])
    return float(row.mean() if layer is None else row.reshape(6, 12)[layer - 1].mean())


@claim(
    "window-reference",
    source="Measured here on one six-layer encoder",
    computes=window_and_ends,
)
def window_reference() -> dict[str, float]:
    """Mean mass caught of seventy-two heads at three budgets; at one key in eight by layer."""
    ways = ("oracle", "window + first + last", "window + first", "window", "random keys")
    found = {f"{way}, {budget}": mean_of(way, budget) for way in ways for budget in BUDGETS}
    for layer in range(1, 7):
        for way in ("window", "window + first + last"):
            found[f"{way}, layer {layer}"] = mean_of(way, "1/8", layer=layer)
    return found


@claim("pooled-budget", source="Measured here on one six-layer encoder", computes=oracle)
def pooled_budget() -> dict[str, float]:
    """Best keys of each row, of the whole map, and the same for all rows: mass, by budget."""
    ways = ("oracle", "oracle, one pool", "oracle, same for all rows")
    return {f"{way}, {budget}": mean_of(way, budget) for way in ways for budget in BUDGETS}


@claim("below-the-window", source="Measured here on one six-layer encoder", computes=dropped)
def below_the_window() -> dict[str, float]:
    """Recorded mean mass and empty rows of routing and of hashing, by budget."""
    told = ROUTING["selection-routing-real"]
    return {
        f"{way}, {measure}, {budget}": float(np.mean(told[way][budget][measure]))
        for way in ("routing", "hashing, 4 rounds")
        for measure in ("mass", "empty", "density")
        for budget in BUDGETS
    }
