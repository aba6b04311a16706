"""How fast a head learns to recall with all keys, its best few, or fixed ones: the full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "curves", "steps"]


def _summarise(result: dict) -> list[dict]:
    """For each kind and number of keys the accuracy by step, the mean, and each seed's steps."""
    found: dict[tuple, dict] = {}
    for unit in result["units"]:
        case = unit["case"]
        key = (case["kind"], case["n_kept"])
        entry = found.setdefault(key, {"kind": key[0], "n_kept": key[1], "curve": [], "steps": []})
        entry["curve"].append(unit["result"]["accuracy"])
        entry["steps"].append(unit["result"]["steps"])
    for entry in found.values():
        entry["curve"] = np.mean(entry["curve"], 0).round(3).tolist()
    return list(found.values())


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"icl-semantic-focus": _summarise})


def _entry(kind: str, n_kept: int) -> dict:
    (found,) = [
        entry
        for entry in SUMMARY["icl-semantic-focus"]
        if (entry["kind"], entry["n_kept"]) == (kind, n_kept)
    ]
    return found


def curves(kind: str, n_kept: int) -> np.ndarray:
    """Mean accuracy over the seeds, every five steps."""
    return np.array(_entry(kind, n_kept)["curve"])


def steps(kind: str, n_kept: int) -> list[int | None]:
    """Of every seed the first step with nine answers of ten right; None where it never came."""
    return _entry(kind, n_kept)["steps"]
