"""Who can read a difference, and at which length: the recorded full run."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY"]


def _difference(result: dict) -> dict:
    """For each kind of head and length the error and the cosine of every seed."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        lengths = found.setdefault(f"{case['weights']}, {case['heads']}", {})
        for n, numbers in unit["result"].items():
            for name, number in numbers.items():
                lengths.setdefault(n, {}).setdefault(name, []).append(number)
    return found


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"densities-difference": _difference})
