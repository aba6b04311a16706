"""What two starts ended with, and how positional trained scores are: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["STARTS", "SUMMARY", "phases", "real_shares"]

STARTS = ("positional", "semantic", "random")


def _summarise_phases(result: dict) -> dict:
    """By share, lists over the ratios: means of each start's numbers, and every seed's lead."""
    tables: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        tables.setdefault(str(case["share"]), {}).setdefault(case["ratio"], []).append(
            unit["result"]
        )
    return {share: _columns(by_ratio) for share, by_ratio in tables.items()}


def _columns(by_ratio: dict[float, list[dict]]) -> dict:
    found: dict = {"ratio": list(by_ratio), "fixed": [], "lead": []}
    for units in by_ratio.values():
        found["fixed"].append(_mean([unit["fixed"] for unit in units]))
        leads = [unit["positional"]["loss"] - unit["semantic"]["loss"] for unit in units]
        found["lead"].append([float(f"{lead:.3g}") for lead in leads])
        for start in STARTS:
            for name in units[0][start]:
                column = found.setdefault(f"{start}_{name}", [])
                column.append(_mean([unit[start][name] for unit in units]))
    return found


def _mean(numbers: list[float]) -> float:
    return float(f"{np.mean(numbers):.4g}")


def _summarise_real(result: dict) -> dict:
    """The one unit as it is."""
    return result["units"][0]["result"]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "icl-positional-to-semantic": _summarise_phases,
        "icl-positional-real": _summarise_real,
    },
)


def phases(share: float) -> dict[str, np.ndarray]:
    """Columns over `ratio`, samples for each dimension: `fixed`, and by start loss, risk, overlaps.

    `lead` is by how much the semantic start ends lower, (ratio, seed).

    Raises
    ------
    KeyError
        For a share that was not run.
    """
    return {
        name: np.array(column)
        for name, column in SUMMARY["icl-positional-to-semantic"][str(float(share))].items()
    }


def real_shares() -> dict[str, np.ndarray | int]:
    """`share` and `shuffled`, (layer, head), of the trained encoder, and how many `texts`."""
    found = SUMMARY["icl-positional-real"]
    tables = {name: np.reshape(found[name], (6, -1)) for name in ("share", "shuffled")}
    return {"texts": found["texts"], **tables}
