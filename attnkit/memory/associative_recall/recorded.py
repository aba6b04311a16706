"""What every memory recalls for the numbers it keeps: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "recalled"]


def _summarise(result: dict) -> list[dict]:
    """One entry for each memory, width and number of pairs: numbers kept, accuracy of each seed."""
    found: dict[tuple, dict] = {}
    for unit in result["units"]:
        case = unit["case"]
        key = (case["memory"], case["d_key"], case["n_pairs"])
        entry = found.setdefault(key, {**case, "kept": unit["result"]["kept"], "accuracy": []})
        entry["accuracy"].append(unit["result"]["accuracy"])
    return list(found.values())


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"memory-recalled-codes": _summarise})


def recalled(n_pairs: int, d_key: int) -> dict[str, dict[str, float]]:
    """For each memory `kept`, `accuracy` and its `spread` over seeds, of random codes.

    A memory is left out where it would keep more than 6,000 numbers, its window counted as four.
    """
    entries = SUMMARY["memory-recalled-codes"]
    return {
        entry["memory"]: {
            "kept": float(entry["kept"]),
            "accuracy": float(np.mean(entry["accuracy"])),
            "spread": float(np.std(entry["accuracy"])),
        }
        for entry in entries
        if (entry["n_pairs"], entry["d_key"]) == (n_pairs, d_key)
    }
