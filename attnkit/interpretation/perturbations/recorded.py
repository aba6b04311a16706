"""What became of readers that were attacked during training: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "attacked"]

NAME = "interpretation-perturbations-toy"


def summarise(result: dict) -> dict:
    """For each context and size every measure of every seed."""
    found: dict = {}
    for unit in result["units"]:
        sizes = found.setdefault(unit["case"]["context"], {})
        rows = sizes.setdefault(str(unit["case"]["size"]), {})
        for name, number in unit["result"].items():
            rows.setdefault(name, []).append(number)
    return found


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {NAME: summarise})


def attacked(context: str, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Of "bag" or "BiGRU" the sizes (size,) and a measure at each (size, seed).

    Measures are `share`, `accuracy`, `tau` and `pearson`.
    """
    found = SUMMARY[NAME][context]
    sizes = np.array([float(size) for size in found])
    return sizes, np.array([rows[measure] for rows in found.values()])
