"""What covers of a share keep and drop of a trained encoder's rows: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["SUMMARY"]


def _summarise(result: dict) -> dict:
    """For each share and cover every head's mean over passages; the worst of rows and bounds."""
    units = [unit["result"] for unit in result["units"]]
    extremes = {"worst row": np.min, "of bound": np.max}
    return {
        share: {
            cover: {
                name: _over([unit[share][cover][name] for unit in units], extremes.get(name))
                for name in units[0][share][cover]
            }
            for cover in units[0][share]
        }
        for share in units[0]
    }


def _over(rows: list[list[float]], extreme) -> dict[str, list[float]]:
    """Each head's mean over passages, and its extreme where there is one to tell."""
    found = {"mean": np.mean(rows, axis=0)}
    if extreme is not None:
        found["extreme"] = extreme(rows, axis=0)
    return {name: [float(f"{each:.3g}") for each in row] for name, row in found.items()}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "selection-flex-prefill-cover": _summarise,
        "selection-flex-prefill-real": recorded_ways,
    },
)
