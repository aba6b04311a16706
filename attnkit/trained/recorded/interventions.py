"""What happened to the sink when the encoder was interfered with, as it was recorded.

A band holds four rows: the mean over the thirty passages, the tenth and the ninetieth percentile,
and the mean over passages of at least `LONG` tokens.
"""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["LONG", "SUMMARY", "interventions"]

LONG = 37


def summarise(result: dict) -> dict[str, list]:
    """A band of every number and table, but of what is a name."""
    found = [unit["result"] for unit in result["units"]]
    kept = [name for name in found[0] if name not in ("n", "largest", "second")]
    long = np.array([each["n"] >= LONG for each in found])
    return {name: _band(np.array([each[name] for each in found]), long) for name in kept}


def _band(table: np.ndarray, long: np.ndarray) -> list:
    edges = np.quantile(table, [0.1, 0.9], axis=0)
    return _short(np.stack([table.mean(0), *edges, table[long].mean(0)]))


def _short(table: np.ndarray | np.floating) -> list | float:
    return [*map(_short, table)] if table.ndim else float(f"{table:.4g}")


EXPERIMENTS = ("trained-one-number", "trained-appointed", "trained-nothing-given")
SUMMARY = Packaged(
    Path(__file__).with_name("interventions.json"), dict.fromkeys(EXPERIMENTS, summarise)
)


def interventions(experiment: str) -> dict[str, np.ndarray]:
    """Return the bands of an experiment by name, each (4, …), as above."""
    return {name: np.array(band) for name, band in SUMMARY[experiment].items()}
