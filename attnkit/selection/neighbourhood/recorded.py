"""What windows and halos caught of a trained encoder's rows: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["SUMMARY", "caught"]

SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"selection-neighbourhood-real": recorded_ways}
)


def caught(way: str, budget: str, measure: str = "mass") -> np.ndarray:
    """A measure of every head (72,), mean over thirty passages.

    Raises
    ------
    KeyError
        For a way, a budget ("1/16", "1/8" or "1/4") or a measure that is not recorded.
    """
    return np.array(SUMMARY["selection-neighbourhood-real"][way][budget][measure])
