"""What weights told in the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "told"]

NAME = "interpretation-information-toy"


def summarise(result: dict) -> dict:
    """For each context, kind of scores and measure the numbers of every seed."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        rows = found.setdefault(f"{case['context']}, {case['scores']}", {})
        for name, number in unit["result"].items():
            rows.setdefault(name, []).append(number)
    return found


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {NAME: summarise})


def told(measure: str) -> dict[str, np.ndarray]:
    """By context and scores, "bag, dot" for instance, the `share`, `shuffled` or `accuracy`."""
    return {name: np.array(rows[measure]) for name, rows in SUMMARY[NAME].items()}
