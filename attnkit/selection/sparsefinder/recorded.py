"""What learned coordinates find on a trained encoder: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["SUMMARY", "recall"]


def _curves(result: dict) -> dict:
    """For each number of coordinates and kind of them the recall of every seed, by budget."""
    found: dict = {}
    for unit in result["units"]:
        kinds = found.setdefault(str(unit["case"]["features"]), {"learned": [], "random": []})
        for kind, rows in kinds.items():
            rows.append(unit["result"][kind])
    return found


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"selection-sparsefinder-real": recorded_ways, "selection-sparsefinder-curve": _curves},
)


def recall(n_features: int) -> dict[str, np.ndarray]:
    """`learned` and `random`, (seed, budget), of one key in 32, 16, 8, 4 and 2.

    Raises
    ------
    KeyError
        For a number of coordinates other than 1, 2, 4 and 8.
    """
    kinds = SUMMARY["selection-sparsefinder-curve"][str(n_features)]
    return {kind: np.array(rows) for kind, rows in kinds.items()}
