"""What pages catch on a trained encoder, and how many of them are needed and certified."""

from pathlib import Path

from attnkit.experiments.packaged import Packaged
from attnkit.selection.shared.on_real import recorded_ways

__all__ = ["SUMMARY", "counted"]


def _counted(result: dict) -> dict[str, dict[str, float]]:
    """Means over long passages of shares; violations of all passages are added up."""
    units = [unit["result"] for unit in result["units"]]
    return {name: _of_setting([unit[name] for unit in units]) for name in units[0]}


def _of_setting(units: list[dict]) -> dict[str, float]:
    most = max(unit["pages"] for unit in units)
    long = [unit for unit in units if unit["pages"] >= most / 2]
    found = {"passages": len(long), "violations": sum(unit["violations"] for unit in units)}
    for name in units[0].keys() - {"pages", "violations"}:
        numbers = [unit[name] for unit in long]
        found[name] = float(f"{sum(numbers) / len(numbers):.3g}")
        found[f"{name}, least"], found[f"{name}, most"] = min(numbers), max(numbers)
    return dict(sorted(found.items()))


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"selection-entmax-kv-real": recorded_ways, "selection-entmax-kv-certified": _counted},
)


def counted(size: int, alpha: float = 1.5, *, alike: bool = False) -> dict[str, float]:
    """Shares of pages, means over passages of at least half the longest, with least and most.

    Raises
    ------
    KeyError
        For a setting that was not recorded.
    """
    name = f"{size}, {alpha}" + (", alike" if alike else "")
    return SUMMARY["selection-entmax-kv-certified"][name]
