"""Measured errors that the moving figures show: a summary of the recorded full-scale runs."""

from collections import defaultdict
from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "errors", "summarise"]

AXES = {
    "random-features-learning-curves": ("model", "n"),
    "random-features-heads": ("model", "n_heads"),
    "random-features-bias": ("bias_scale", "n"),
    "random-features-length": ("model", "n_keys"),
}


def summarise(result: dict) -> dict:
    """Mean, least and greatest error over seeds: {target: {axis value: {axis value: [3]}}}."""
    outer, inner = AXES[result["name"]]
    found: dict = defaultdict(list)
    for unit in result["units"]:
        for name, error in unit["result"].items():
            place = (name, str(unit["case"][outer]), str(unit["case"][inner]))
            found[place].append(_at_trained_length(unit["case"], error))
    table: dict = defaultdict(lambda: defaultdict(dict))
    for (name, first, second), seen in found.items():
        spread = (np.mean(seen), min(seen), max(seen))
        table[name][first][second] = [float(f"{number:.4g}") for number in spread]
    return {target: dict(rows) for target, rows in table.items()}


def _at_trained_length(case: dict, error: float | list[float]) -> float:
    """The error at the number of keys trained on, where several were tested."""
    if isinstance(error, list):
        return error[case["test_keys"].index(case["n_keys"])]
    return error


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), dict.fromkeys(AXES, summarise))


def errors(experiment: str, target: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Measured errors of one target.

    Returns
    -------
    outer, inner : values of the experiment's two axes, as `AXES` names them
    table : (outer, inner, 3), the mean, least and greatest error over seeds; NaN where not run
    """
    rows = SUMMARY[experiment][target]
    inner = sorted({int(value) for row in rows.values() for value in row})
    missing = [np.nan] * 3
    table = [[row.get(str(value), missing) for value in inner] for row in rows.values()]
    return list(rows), np.array(inner), np.array(table)
