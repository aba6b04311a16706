"""What maps taught on a trained encoder's rows make of other passages: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_maps", "real_rows"]


def _summarise(result: dict) -> dict:
    """For each map and number of features the heads' means over seeds, and each seed's mean."""
    found: dict = {"maps": {}, "rows": {}}
    for unit in result["units"]:
        case, measured = unit["case"], unit["result"]
        name = f"{case['map']}, {case['features']}"
        kept = found["maps"].setdefault(name, {})
        for when in ("before", "after"):
            for measure, heads in measured.get(when, {}).items():
                kept.setdefault(when, {}).setdefault(measure, []).append(heads)
        if case["map"] == "exponential" and unit["seed"] == 0:
            found["rows"][str(case["features"])] = measured["rows"]
            found["scores"] = measured["scores"]
    for kept in found["maps"].values():
        for measures in kept.values():
            measures.update({name: _short(table) for name, table in measures.items()})
    return found


def _short(table: list) -> dict:
    heads = np.array(table)
    return {"heads": heads.mean(0).round(3).tolist(), "seeds": heads.mean(1).round(4).tolist()}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"linear-time-hedgehog-real": _summarise}
)


def real_maps() -> dict[str, dict[str, dict[str, dict[str, np.ndarray]]]]:
    """For each map, "exponential, 64" say, what was measured before and after it learned.

    `divergence` in nats, `entropy` and `same_highest`, a share of rows; each by `heads`, (head,),
    the mean over three draws of what is learned from, and by `seeds`, (draw,), the mean over heads.
    """
    return {
        name: {
            when: {
                measure: {axis: np.array(numbers) for axis, numbers in each.items()}
                for measure, each in measures.items()
            }
            for when, measures in kept.items()
        }
        for name, kept in SUMMARY["linear-time-hedgehog-real"]["maps"].items()
    }


def real_rows(features: int) -> list[dict[str, np.ndarray]]:
    """For each kept number of steps the rows of one passage by the exponential map.

    `weights`, (place, key), of one query of each place; `divergence`, (place,), the mean over all
    queries; `all`, the mean over all heads.

    Raises
    ------
    KeyError
        For a number of features that was not recorded.
    """
    steps = SUMMARY["linear-time-hedgehog-real"]["rows"][str(features)]
    return [{name: np.array(numbers) for name, numbers in each.items()} for each in steps]
