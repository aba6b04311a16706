"""Ratios by layer of the encoder, from the recorded run over all passages."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "by_layer"]


def summarise(result: dict) -> dict[str, list[list[float]]]:
    """Before and after the norm the least, median and largest ratio over passages, by layer."""
    (unit,) = result["units"]
    return {
        place: np.quantile(unit["result"][place], [0, 0.5, 1], axis=0).round(1).tolist()
        for place in ("before", "after")
    }


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"normalisation-massive-encoder": summarise}
)


def by_layer() -> dict[str, np.ndarray]:
    """Least, median and largest (3, layer) "before" and "after" each layer's last norm."""
    recorded = SUMMARY["normalisation-massive-encoder"]
    return {place: np.array(table) for place, table in recorded.items()}
