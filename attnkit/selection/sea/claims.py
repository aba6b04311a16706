"""What the page on SEA claims, measured."""

import numpy as np

from attnkit.claims import claim
from attnkit.selection.sea.recorded import SUMMARY
from attnkit.selection.sea.sea import sea_keys

__all__ = ["sea_order"]


@claim("sea-order", source="Measured here on one six-layer encoder", computes=sea_keys)
def sea_order() -> dict[str, float]:
    """Recorded: mean mass over 72 heads and thirty passages, by way and budget."""
    return {
        f"{way}, {budget}": float(np.mean(found["mass"]))
        for way, budgets in SUMMARY["selection-sea-real"].items()
        for budget, found in budgets.items()
    }
