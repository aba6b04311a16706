"""Measured errors that the moving figures show: a summary of the recorded full-scale runs.

The summary travels inside the package, so that a figure needs no results folder. Rebuild it from
`results/` with `python -m attnkit.random_features.recorded`; a test holds the two together.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from attnkit.experiments import load

__all__ = ["errors", "summarise", "summary"]

PLACE = Path(__file__).with_name("recorded.json")
AXES = {
    "random-features-learning-curves": ("model", "n"),
    "random-features-heads": ("model", "n_heads"),
    "random-features-bias": ("bias_scale", "n"),
}


def summarise(result: dict) -> dict:
    """Mean, least and greatest error over seeds: {target: {axis value: {axis value: [3]}}}."""
    outer, inner = AXES[result["name"]]
    found: dict = defaultdict(list)
    for unit in result["units"]:
        for name, error in unit["result"].items():
            found[name, str(unit["case"][outer]), str(unit["case"][inner])].append(error)
    table: dict = defaultdict(lambda: defaultdict(dict))
    for (name, first, second), seen in found.items():
        spread = (np.mean(seen), min(seen), max(seen))
        table[name][first][second] = [float(f"{number:.4g}") for number in spread]
    return json.loads(json.dumps(table))


@cache
def summary() -> dict:
    """The packaged summary, by experiment."""
    return json.loads(PLACE.read_text(encoding="utf-8"))


def errors(experiment: str, target: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Measured errors of one target.

    Returns
    -------
    outer, inner : values of the experiment's two axes: (model, n), (model, heads), (bias, n)
    table : (outer, inner, 3), the mean, least and greatest error over seeds
    """
    rows = summary()[experiment][target]
    inner = np.array([float(value) for value in next(iter(rows.values()))])
    return list(rows), inner, np.array([list(row.values()) for row in rows.values()])


def main() -> None:
    """Write the summary of the recorded results."""
    text = json.dumps({name: summarise(load(name)) for name in AXES}, separators=(",", ":"))
    PLACE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
