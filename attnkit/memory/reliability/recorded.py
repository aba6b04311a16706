"""Noise and accuracy along chains of layers that the figure shows, from the full-scale run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "chain"]

MEASURES = ("noise", "accuracy", "cleaned_accuracy")


def summarise(result: dict) -> dict[str, list[list[float]]]:
    """For every width and number of heads the means over seeds, layer by layer."""
    cells: dict[str, list[dict]] = {}
    for unit in result["units"]:
        place = f"{unit['case']['d_key']},{unit['case']['n_heads']}"
        cells.setdefault(place, []).append(unit["result"])
    return {place: [_mean(found, key) for key in MEASURES] for place, found in cells.items()}


def _mean(results: list[dict], key: str) -> list[float]:
    mean = np.mean([result[key] for result in results], axis=0)
    return [float(f"{number:.4g}") for number in mean]


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"memory-reliability": summarise})


def chain(d_key: int, n_heads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Noise power, bare accuracy and cleaned accuracy after each of eight layers.

    Raises
    ------
    ValueError
        For a width or number of heads that was not run.
    """
    recorded = SUMMARY["memory-reliability"]
    if (place := f"{d_key},{n_heads}") not in recorded:
        raise ValueError(f"d_key,n_heads must be one of {', '.join(recorded)}, got {place}")
    noise, bare, cleaned = recorded[place]
    return np.array(noise), np.array(bare), np.array(cleaned)
