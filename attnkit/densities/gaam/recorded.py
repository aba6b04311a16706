"""Bumps that were fitted, and a trained encoder's rows: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "by_head"]


def _summarise_bumps(result: dict) -> dict:
    """For each form and number of Gaussians the divergence and the weight between, seed by seed."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        name = f"{case['form']} of {case['n_gaussians']}"
        for measure, number in unit["result"].items():
            found.setdefault(name, {}).setdefault(measure, []).append(number)
    return found


def _summarise_real(result: dict) -> dict:
    """Means over passages for each head; the share of heads with a finite width by passage."""
    units = [unit["result"] for unit in result["units"]]
    found: dict = {"finite": [unit["finite"] for unit in units]}
    for name in ("product", "uniform", "with a parabola of any sign", "spread of s"):
        means = np.mean([unit[name] for unit in units], axis=0)
        found[name] = [float(f"{number:.3g}") for number in means]
    return found


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"densities-gaam-bumps": _summarise_bumps, "densities-gaam-real": _summarise_real},
)


def by_head(measure: str) -> np.ndarray:
    """A measure of the real heads, (72,), in the mean over thirty passages.

    Raises
    ------
    KeyError
        For a measure that was not recorded.
    """
    return np.array(SUMMARY["densities-gaam-real"][measure])
