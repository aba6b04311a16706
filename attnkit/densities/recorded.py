"""What the recorded experiments of this room found, beside the paper's numbers.

The gestures are not number for number those of the paper, which trains on the 3,582 series of the
archive's test part and tests on the 896 of its train part. Here only those 896 are used, split 60,
20 and 20 per cent, so that six times fewer train; attention has 32 heads, not 100, and 64 centers,
not 256. In both a series is its three axes one after another, 945 points of which a tenth is kept.
Validation chooses the epoch and, with 32 heads and for unconstrained means, one of two rates.
The warped trajectories are drawn by the paper's recipe; the encoder and its training are ours.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = [
    "PAPER",
    "SUMMARY",
    "Difference",
    "Row",
    "accuracies",
    "by_heads",
    "comparison",
    "paired_difference",
    "summarise",
]

PAPER = {
    "densities-time-warping": {
        "cts softmax": (77.72, 14.20),
        "cts sparsemax": (77.96, 9.64),
        "kernel softmax": (85.71, 11.98),
        "kernel sparsemax": (88.1, 1.50),
    },
    "densities-uwave": {
        "cts softmax": (67.78, 1.64),
        "cts sparsemax": (74.20, 2.72),
        "mixture": (81.13, 1.76),
        "kernel softmax": (93.85, 0.60),
        "kernel sparsemax": (92.32, 1.09),
    },
}
"""Per cent and 1.96 standard deviations over runs: tables of the submission, gestures with N = 64.

Its parametrisation of gestures is the unconstrained mean.
"""


class Row(NamedTuple):
    """One method: per cent right on test parts and 1.96 standard deviations over seeds."""

    method: str
    mean_of: str | None
    heads: int | None
    accuracy: float
    spread: float
    dead: float
    paper: tuple[float, float] | None


class Difference(NamedTuple):
    """Mean difference in points over common seeds, and its 95 per cent interval (Student's t)."""

    mean: float
    low: float
    high: float


def summarise(result: dict) -> list[dict]:
    """Test accuracies of the seeds, in their order, and mean share of dead heads, by case."""
    cases: dict[tuple, list[dict]] = {}
    for unit in sorted(result["units"], key=lambda unit: unit["seed"]):
        case = unit["case"]
        key = (case["method"], case.get("mean"), case.get("heads"))
        cases.setdefault(key, []).append(unit["result"])
    return [
        {
            "method": method,
            "mean_of": mean_of,
            "heads": heads,
            "test": [round(one["test"], 5) for one in found],
            "dead": round(float(np.mean([one.get("dead", 0.0) for one in found])), 4),
        }
        for (method, mean_of, heads), found in cases.items()
    ]


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), dict.fromkeys(PAPER, summarise))


def accuracies(
    experiment: str, method: str, *, mean_of: str | None = None, heads: int | None = None
) -> np.ndarray:
    """Per cent right of each seed; a baseline has neither a mean nor heads.

    Raises
    ------
    KeyError
        For a case that was not run.
    """
    for case in SUMMARY[experiment]:
        if (case["method"], case["mean_of"], case["heads"]) == (method, mean_of, heads):
            return 100 * np.array(case["test"])
    raise KeyError(f"{experiment} has no case {method!r}, mean {mean_of!r}, {heads} heads")


def comparison(experiment: str) -> list[Row]:
    """Every method with the most heads, and the baselines, in the order they were run."""
    most = max(case["heads"] or 0 for case in SUMMARY[experiment])
    return [_row(experiment, c) for c in SUMMARY[experiment] if c["heads"] in (None, most)]


def by_heads(experiment: str = "densities-uwave") -> list[Row]:
    """Every case with heads, from few heads to many."""
    cases = [case for case in SUMMARY[experiment] if case["heads"] is not None]
    return [_row(experiment, case) for case in sorted(cases, key=lambda case: case["heads"])]


def paired_difference(first: np.ndarray, second: np.ndarray) -> Difference:
    """first - second, seed by seed: both saw the same series, points, split and order.

    Raises
    ------
    ValueError
        For different numbers of seeds or fewer than two.
    """
    if first.shape != second.shape or len(first) < 2:
        raise ValueError(f"want two or more common seeds, got {len(first)} and {len(second)}")
    from scipy.stats import t

    gaps = first - second
    half = t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return Difference(gaps.mean(), gaps.mean() - half, gaps.mean() + half)


def _row(experiment: str, case: dict) -> Row:
    percent = 100 * np.array(case["test"])
    spread = 1.96 * percent.std(ddof=1) if len(percent) > 1 else 0.0
    as_printed = case["mean_of"] in (None, "unconstrained")
    paper = PAPER[experiment].get(case["method"]) if as_printed else None
    place = (case["method"], case["mean_of"], case["heads"])
    return Row(*place, float(percent.mean()), float(spread), 100 * case["dead"], paper)
