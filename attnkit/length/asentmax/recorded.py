"""What seven maps give a needle, from the recorded full-scale run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "needle_table"]


def _summarise(result: dict) -> dict:
    """For each spread and map the needle's weight and the support, length by length and seed."""
    found: dict = {"lengths": sorted({unit["case"]["n"] for unit in result["units"]})}
    for unit in sorted(result["units"], key=lambda unit: unit["case"]["n"]):
        case = unit["case"]
        maps = found.setdefault(str(case["spread"]), {})
        for kind, by_map in unit["result"].items():
            for name, number in by_map.items():
                rows = maps.setdefault(name, {}).setdefault(kind, {})
                rows.setdefault(str(case["n"]), []).append(number)
    return found


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"length-needle": _summarise})


def needle_table(spread: float) -> dict[str, dict[str, np.ndarray]]:
    """For each map `weight` and `support`, (length, seed), at 64, 1,024, 16,384 and 262,144 keys.

    Raises
    ------
    KeyError
        For a spread that was not run; it is 0.5 or 1.0.
    """
    recorded = SUMMARY["length-needle"]
    return {
        name: {
            kind: np.array([rows[str(n)] for n in recorded["lengths"]])
            for kind, rows in kinds.items()
        }
        for name, kinds in recorded[str(float(spread))].items()
    }
