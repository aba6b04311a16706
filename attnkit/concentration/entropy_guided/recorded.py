"""What the figure and the claims show of the recorded runs."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "charged"]


def summarise(result: dict) -> dict[str, dict[str, list]]:
    """For every way to charge and weight: entropies, targets and accuracy of each seed."""
    cells: dict[str, dict[str, list]] = {}
    for unit in result["units"]:
        cell = cells.setdefault(f"{unit['case']['arm']},{unit['case']['weight']:g}", {})
        for name in ("entropies", "targets"):
            row = [round(number, 3) for number in unit["result"][name]]
            cell.setdefault(name, []).append(row)
        cell.setdefault("accuracy", []).append(unit["result"]["accuracy"])
    return cells


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"concentration-entropy-guided": summarise}
)


def charged(arm: str, weight: float) -> dict[str, list]:
    """Entropies (seed, head), targets (seed, head) and accuracy (seed,) of one way to charge.

    Raises
    ------
    ValueError
        For a way or a weight that was not run.
    """
    recorded = SUMMARY["concentration-entropy-guided"]
    if (place := f"{arm},{weight:g}") not in recorded:
        raise ValueError(f"arm and weight must be one of {[*recorded]}, got {place!r}")
    return recorded[place]
