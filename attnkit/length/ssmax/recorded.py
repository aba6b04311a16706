"""What short rows taught, and what a trained encoder made of scales: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "learned_scales", "real_scales"]


def _summarise_learned(result: dict) -> dict:
    """For each kind of row and form the numbers of every seed: scale, weight, loss by length."""
    found: dict = {"lengths": result["units"][0]["case"]["lengths"]}
    for unit in result["units"]:
        case = unit["case"]
        forms = found.setdefault(case["rows"], {})
        for name, row in unit["result"].items():
            forms.setdefault(case["form"], {}).setdefault(name, []).append(row)
    return found


def _summarise_real(result: dict) -> dict:
    """Length of every passage, and for each map its cosines and entropies in that order."""
    found = [unit["result"] for unit in result["units"]]
    tables = {
        kind: {name: [each[kind][name] for each in found] for name in found[0][kind]}
        for kind in ("cosine", "entropy")
    }
    return {"n": [each["n"] for each in found], **tables}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"length-learned-scale": _summarise_learned, "length-real-scales": _summarise_real},
)


def learned_scales(rows: str) -> dict[str, dict[str, np.ndarray]]:
    """For each form `scale`, `weight` and `loss`, (seed, length), at 64, 1,024, 16,384, 262,144.

    Raises
    ------
    KeyError
        For rows other than "steady needle" and "noisy needle".
    """
    forms = SUMMARY["length-learned-scale"][rows]
    return {
        form: {name: np.array(table) for name, table in found.items()}
        for form, found in forms.items()
    }


def real_scales() -> dict[str, dict[str, np.ndarray | float]]:
    """For each map the cosines (passage,) to the usual embedding, and its entropy's slope in log n.

    The slope is that of the mean entropy of all rows of all heads, by least squares.
    """
    recorded = SUMMARY["length-real-scales"]
    log_n = np.log(recorded["n"])
    return {
        name: {
            "cosine": np.array(recorded["cosine"][name]),
            "slope": float(np.polyfit(log_n, recorded["entropy"][name], 1)[0]),
        }
        for name in recorded["cosine"]
    }
