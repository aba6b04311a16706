"""What the figure and the claims show of the recorded runs."""

from functools import cache
from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_heads", "trained"]

MEASURES = ("loss", "accuracy", "smallest_entropy", "largest_entropy")


def summarise_training(result: dict) -> dict[str, dict[str, list[float]]]:
    """For every rate and arm the measures of all seeds."""
    cells: dict[str, dict[str, list[float]]] = {}
    for unit in result["units"]:
        cell = cells.setdefault(f"{unit['case']['rate']:g},{unit['case']['arm']}", {})
        for name in MEASURES:
            cell.setdefault(name, []).append(float(f"{unit['result'][name]:.3g}"))
    return cells


def summarise_rows(result: dict) -> dict:
    """Means over the passages for each head; sums and extremes over all rows."""
    found = [unit["result"] for unit in result["units"]]
    lengths = np.log([[each["n"]] for each in found])
    relative = {
        "norm": np.array([each["norm"] for each in found]),
        "entropy": np.array([each["entropy"] for each in found]) / lengths,
        "bound": np.array([each["bound"] for each in found]) / lengths,
    }
    means = {name: [float(f"{m:.3g}") for m in table.mean(0)] for name, table in relative.items()}
    (ceiling,) = [each["ceiling"] for each in found if each["ceiling"]]
    return means | {
        "rows": sum(each["rows"] for each in found),
        "violations": sum(each["violations"] for each in found),
        "least_slack": min(each["least_slack"] for each in found),
        "mean_entropy": float(np.mean([each["entropy"] for each in found])),
        "mean_bound": float(np.mean([each["bound"] for each in found])),
        "ceiling": float(np.median(ceiling)),
    }


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "concentration-sigma-reparam": summarise_training,
        "concentration-real-rows": summarise_rows,
    },
)


def trained(rate: float, arm: str) -> dict[str, list[float]]:
    """The measures of every seed at one rate for one arm.

    Raises
    ------
    ValueError
        For a rate or an arm that was not run.
    """
    recorded = SUMMARY["concentration-sigma-reparam"]
    if (place := f"{rate:g},{arm}") not in recorded:
        raise ValueError(f"rate and arm must be one of {[*recorded]}, got {place!r}")
    return recorded[place]


@cache
def real_heads() -> dict[str, np.ndarray]:
    """Norm of the rows, and entropy and bound over log n, of each trained head (head,)."""
    recorded = SUMMARY["concentration-real-rows"]
    return {name: np.array(recorded[name]) for name in ("norm", "entropy", "bound")}
