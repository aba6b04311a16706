"""Measured points that the moving figures show: a summary of the recorded full-scale runs.

It travels inside the package, so that a figure needs no results folder. Rebuild it from `results/`
with `python -m attnkit.memory.recorded`; a test holds the two together.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from attnkit.experiments import load

__all__ = ["chain", "forgetting", "summarise", "summary"]

PLACE = Path(__file__).with_name("recorded.json")
RULES = {"hebb": "measured_hebb", "decaying": "measured_decaying", "slow-delta": "measured_slow"}


def _mean(units: list[dict], key: str) -> list[float]:
    """The mean over seeds, to four digits."""
    mean = np.mean([unit["result"][key] for unit in units], axis=0)
    return [float(f"{number:.4g}") for number in mean]


def summarise(forgetting: dict, reliability: dict) -> dict:
    """The means over seeds that the figures need."""
    rules = {
        name: _mean([u for u in forgetting["units"] if u["case"]["rule"] == rule], "snr")
        for rule, name in RULES.items()
    }
    ages = [float(age) for age in forgetting["units"][0]["case"]["ages"]]
    cells: dict[str, list[dict]] = {}
    for unit in reliability["units"]:
        place = f"{unit['case']['d_key']},{unit['case']['n_heads']}"
        cells.setdefault(place, []).append(unit)
    keys = ("noise", "accuracy", "cleaned_accuracy")
    chains = {place: [_mean(units, key) for key in keys] for place, units in cells.items()}
    return {"forgetting": {"measured_age": ages, **rules}, "chain": chains}


@cache
def summary() -> dict:
    """The packaged summary."""
    return json.loads(PLACE.read_text(encoding="utf-8"))


def forgetting() -> dict[str, np.ndarray]:
    """Signal-to-noise ratios by rule, and their ages (newest: 1)."""
    table = {name: np.array(series) for name, series in summary()["forgetting"].items()}
    return table | {"measured_age": table["measured_age"] + 1.0}


def chain(d_key: int, n_heads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Noise power, bare accuracy and cleaned accuracy after each of eight layers."""
    recorded = summary()["chain"]
    if (place := f"{d_key},{n_heads}") not in recorded:
        raise ValueError(f"d_key,n_heads must be one of {', '.join(recorded)}, got {place}")
    noise, bare, cleaned = recorded[place]
    return np.array(noise), np.array(bare), np.array(cleaned)


def main() -> None:
    """Write the summary of the recorded results."""
    text = json.dumps(summarise(load("memory-forgetting"), load("memory-reliability")))
    PLACE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
