"""What every memory recalls for the numbers it keeps: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "learned", "recalled"]


def _summarise(result: dict) -> list[dict]:
    """One entry for each memory, width and number of pairs: numbers kept, accuracy of each seed."""
    found: dict[tuple, dict] = {}
    for unit in result["units"]:
        case = unit["case"]
        key = (case["memory"], case["d_key"], case["n_pairs"])
        entry = found.setdefault(key, {**case, "kept": unit["result"]["kept"], "accuracy": []})
        entry["accuracy"].append(unit["result"]["accuracy"])
    return list(found.values())


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"memory-recalled-codes": _summarise, "memory-associative-recall": _summarise},
)


def recalled(n_pairs: int, d_key: int) -> dict[str, dict[str, float]]:
    """For each memory `kept`, `accuracy` and its `range` over seeds, of random codes.

    A memory is left out where it would keep more than 6,000 numbers, its window counted as four.
    """
    entries = SUMMARY["memory-recalled-codes"]
    return {
        entry["memory"]: {
            "kept": float(entry["kept"]),
            "accuracy": float(np.mean(entry["accuracy"])),
            "range": float(np.ptp(entry["accuracy"])),
        }
        for entry in entries
        if (entry["n_pairs"], entry["d_key"]) == (n_pairs, d_key)
    }


def learned(d_key: int) -> dict[str, tuple[float, list[float]]]:
    """For each memory the numbers kept, and the accuracy of each trained model, 32 pairs long."""
    entries = SUMMARY["memory-associative-recall"]
    return {
        entry["memory"]: (float(entry["kept"]), entry["accuracy"])
        for entry in entries
        if entry["d_key"] == d_key
    }
