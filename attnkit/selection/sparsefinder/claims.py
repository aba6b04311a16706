"""What is claimed of learned coordinates."""

import numpy as np

from attnkit.claims import claim
from attnkit.selection.shared.recorded import SUMMARY as REFERENCES
from attnkit.selection.sparsefinder.chosen import near_keys
from attnkit.selection.sparsefinder.recorded import SUMMARY, recall

__all__ = ["learned_over_random"]


@claim(
    "learned-coordinates",
    source="Measured here on one six-layer encoder",
    computes=near_keys,
)
def learned_over_random() -> dict[str, float]:
    """Recorded: recall of one key in eight by coordinates; mass beside that of the window."""
    found = {}
    for r in (1, 2, 4, 8):
        for kind, rows in recall(r).items():
            found[f"{kind}, r = {r}"] = float(rows[:, 2].mean())
    for way, budgets in SUMMARY["selection-sparsefinder-real"].items():
        found[f"{way}, mass"] = float(np.mean(budgets["1/8"]["mass"]))
        found[f"{way}, density"] = float(np.mean(budgets["1/8"]["density"]))
    window = REFERENCES["selection-references-real"]["window + first + last"]
    return found | {"window, mass": float(np.mean(window["1/8"]["mass"]))}
