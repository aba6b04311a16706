"""Random features beside a trained encoder's rows: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_rows"]


def _summarise(result: dict) -> dict:
    """For each setting the heads' mean divergence, and means of the other measures by passage."""
    found = [unit["result"] for unit in result["units"]]
    made = {}
    for name in found[0]:
        apart = np.array([each[name]["divergence"] for each in found])
        made[name] = {
            "heads": apart.mean(0).round(3).tolist(),
            "passages": apart.mean(1).round(4).tolist(),
            "entropy": round(float(np.mean([each[name]["entropy"] for each in found])), 3),
            "same_highest": round(
                float(np.mean([each[name]["same_highest"] for each in found])), 4
            ),
        }
    return made


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"linear-time-performer-real": _summarise}
)


def real_rows() -> dict[str, dict[str, np.ndarray | float]]:
    """For each number of features, or shift of the keys, how far its rows are from the model's.

    `heads`, (head,), and `passages`, (passage,): mean divergence in nats; `entropy`;
    `same_highest`, the share of rows whose highest key stays so.
    """
    recorded = SUMMARY["linear-time-performer-real"]
    return {
        name: {
            measure: np.array(numbers) if isinstance(numbers, list) else numbers
            for measure, numbers in found.items()
        }
        for name, found in recorded.items()
    }
