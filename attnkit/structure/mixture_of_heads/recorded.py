"""What a trained encoder's embedding loses when tokens hear fewer heads: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "moved"]


def _summarise(result: dict) -> dict:
    """For each way of choosing 1 − cosine (passage, number kept)."""
    found = [unit["result"] for unit in result["units"]]
    return {name: [each[name] for each in found] for name in found[0]}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"structure-mixture-of-heads-real": _summarise}
)


def moved() -> dict[str, np.ndarray]:
    """For each way of choosing heads 1 − cosine (passage, kept) at 9, 6 and 3 heads of twelve."""
    return {
        name: np.array(rows) for name, rows in SUMMARY["structure-mixture-of-heads-real"].items()
    }
