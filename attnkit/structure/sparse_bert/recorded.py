"""What a distance is worth, to small models trained without it and to a real one: recorded."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["OFFSETS", "SUMMARY", "losses", "real_offsets"]

OFFSETS = (0, 1, 2, 3, 4, 5, 6, 8)
"""Distances that were taken out; a passage of eight tokens has no distance 8."""


def _summarise_digits(result: dict) -> dict:
    """For models with a residual sum and without the losses of every seed, by what is left out."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        kind = "residual" if case["residual"] else "no residual"
        name = case["without"] if case["without"] == "others" else str([*case["without"], ""][0])
        found.setdefault(kind, {}).setdefault(name, []).append(unit["result"]["loss"])
    return found


def _summarise_real(result: dict) -> dict:
    """By passage the length, the mass at each distance, and what its loss moved."""
    found = [unit["result"] for unit in result["units"]]
    return {name: [each[name] for each in found] for name in found[0]}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "structure-sparse-bert-digits": _summarise_digits,
        "structure-sparse-bert-real": _summarise_real,
    },
)


def losses(kind: str, without: str) -> np.ndarray:
    """Test losses (seed,) of digits, with "residual" or "no residual"; "" leaves nothing out.

    Raises
    ------
    KeyError
        For what was not trained.
    """
    return np.array(SUMMARY["structure-sparse-bert-digits"][kind][without])


def real_offsets() -> dict[str, np.ndarray]:
    """`n`, `random` and `first` (passage,); `mass` and `moved` (passage, distance).

    The last two are NaN where a passage is too short to have the distance.
    """
    found = {name: np.array(x) for name, x in SUMMARY["structure-sparse-bert-real"].items()}
    there = found["n"][:, None] > np.array(OFFSETS)
    return found | {name: np.where(there, found[name], np.nan) for name in ("mass", "moved")}
