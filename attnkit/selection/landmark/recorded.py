"""What landmarks catch on a trained encoder, and what they leave to recent keys."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["LEAST", "SUMMARY", "long_passages"]

LEAST = 64
"""Tokens of a passage, so that its last eight keys are a small part."""


def _by_head(result: dict) -> dict[str, list[float]]:
    found = [unit["result"] for unit in result["units"]]
    long = [each for each in found if each["n"] >= LEAST]
    means = {name: np.mean([each[name] for each in long], axis=0) for name in found[0]}
    del means["n"]
    return {name: [float(f"{mass:.4g}") for mass in row] for name, row in means.items()}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"selection-landmark-real": recorded_ways, "selection-landmark-recent": _by_head},
)


def long_passages() -> dict[str, np.ndarray]:
    """Means (head,) over long passages: recent weight by landmark, mass and density by way."""
    return {name: np.array(row) for name, row in SUMMARY["selection-landmark-recent"].items()}
