"""What the figure and the claims show of the recorded runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["FACTORS", "SUMMARY", "by_factor", "shown_bag"]

FACTORS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
MEASURES = ("accuracy", "entropy", "positive_mass")
_BAG = ("weights", "positive")


def summarise(result: dict) -> dict[str, dict[str, list]]:
    """For every size and factor the measures of all seeds, and one bag of the first."""
    cells: dict[str, dict[str, list]] = {}
    for unit in result["units"]:
        case, found = unit["case"], unit["result"]
        first = {name: [round(float(w), 4) for w in found[name]] for name in _BAG}
        cell = cells.setdefault(f"{case['bag']},{case['factor']:g}", first)
        for name in MEASURES:
            cell.setdefault(name, []).append(round(found[name], 4))
    return cells


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"concentration-aem": summarise})


def by_factor(bag: int, measure: str) -> np.ndarray:
    """One measure, (factor, seed), for bags of one size.

    Raises
    ------
    ValueError
        For a size that was not run.
    """
    return np.array([_cell(bag, factor)[measure] for factor in FACTORS])


def shown_bag(bag: int, factor: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a positive bag, the heaviest first, and which of its instances are positive.

    Raises
    ------
    ValueError
        For a size or a factor that was not run.
    """
    cell = _cell(bag, factor)
    return np.array(cell["weights"]), np.array(cell["positive"]) > 0


def _cell(bag: int, factor: float) -> dict[str, list]:
    recorded = SUMMARY["concentration-aem"]
    if (place := f"{bag},{factor:g}") not in recorded:
        raise ValueError(f"bag and factor must be one of {[*recorded]}, got {place!r}")
    return recorded[place]
