"""The alphas that two heads learned, and those that a trained encoder's heads bear."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY"]


def _learned(result: dict) -> dict:
    """For a fixed and a free scale, each start and each head: alpha and scale of every seed."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        starts = found.setdefault(case["scale"], {}).setdefault(str(case["start"]), {})
        for wanted, numbers in unit["result"].items():
            for name, number in numbers.items():
                starts.setdefault(wanted, {}).setdefault(name, []).append(number)
    return found


def _real(result: dict) -> dict:
    """Means over passages of the quantiles over heads, and what share of heads bears each alpha."""
    units = [unit["result"] for unit in result["units"]]
    borne = np.array([unit["borne"] for unit in units])
    names = ("apart at 1.5", "apart at 1.5, best scale", "best scale")
    return {
        "n": float(np.mean([unit["n"] for unit in units])),
        "by alpha": {
            alpha: {m: _mean([unit["by alpha"][alpha][m] for unit in units]) for m in table}
            for alpha, table in units[0]["by alpha"].items()
        },
        "borne": {f"{a:g}": round(float((borne == a).mean()), 4) for a in np.unique(borne)},
        **{name: _mean([unit[name] for unit in units]) for name in names},
    }


def _mean(rows: list[list[float]]) -> list[float]:
    return [float(f"{x:.4g}") for x in np.mean(rows, 0)]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"densities-learned-alpha": _learned, "densities-adaptively-sparse-real": _real},
)
