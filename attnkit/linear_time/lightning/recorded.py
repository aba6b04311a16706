"""Which fixed rate is nearest to each head of a trained encoder: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["LONG", "SUMMARY", "real_rates"]

LONG = 100
"""Passages of fewer tokens say little of ages, and are left out."""


def _summarise(result: dict) -> dict:
    """Of the long passages: lengths, each head's means, and the share of heads that look far."""
    units = [u["result"] for u in result["units"] if u["result"]["n"] >= LONG]
    found: dict = {"n": [unit["n"] for unit in units]}
    for kind in ("all", "without the first"):
        tables = {name: np.array([unit[kind][name] for unit in units]) for name in units[0][kind]}
        found[kind] = {name: _short(table.mean(0)) for name, table in tables.items()}
        found[kind]["far"] = _short((tables["rate"] >= 0).mean(1))
    return found


def _short(numbers: np.ndarray) -> list[float]:
    return [float(f"{number:.4g}") for number in numbers]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"linear-time-lightning-real": _summarise}
)


def real_rates(kind: str) -> dict[str, np.ndarray]:
    """`rate`, `divergence` and `even` (head,), means over long passages; `far` (passage,).

    Raises
    ------
    KeyError
        For rows other than "all" and "without the first".
    """
    recorded = SUMMARY["linear-time-lightning-real"][kind]
    return {name: np.array(numbers) for name, numbers in recorded.items()}
