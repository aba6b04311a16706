"""Signal-to-noise ratios by age that the figure shows, from the recorded full-scale run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "measured_snr"]


def summarise(result: dict) -> dict[str, list[float]]:
    """The ages, and for every rule the mean over seeds at each of them."""
    by_rule: dict[str, list] = {}
    for unit in result["units"]:
        by_rule.setdefault(unit["case"]["rule"], []).append(unit["result"]["snr"])
    means = {rule: np.mean(found, axis=0) for rule, found in by_rule.items()}
    rounded = {rule: [float(f"{n:.4g}") for n in mean] for rule, mean in means.items()}
    return {"age": result["units"][0]["case"]["ages"], **rounded}


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"memory-forgetting": summarise})


def measured_snr() -> dict[str, np.ndarray]:
    """Signal-to-noise ratios by rule, and their ages (newest: 1)."""
    table = {name: np.array(series) for name, series in SUMMARY["memory-forgetting"].items()}
    return table | {"age": table["age"] + 1.0}
