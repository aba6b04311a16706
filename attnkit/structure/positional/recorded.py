"""Lists beyond the range of training, and places in real heads: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "lists", "real_places"]


def _summarise_lists(result: dict) -> dict:
    """For each kind and depth the numbers of every seed, and the first seed's map."""
    found: dict = {}
    for unit in result["units"]:
        case, numbers = unit["case"], dict(unit["result"])
        entry = found.setdefault(case["kind"], {}).setdefault(str(case["depth"]), {})
        if "map" in numbers:
            entry["map"] = numbers.pop("map")
        for name, row in numbers.items():
            entry.setdefault(name, []).append(row)
    return found


def _summarise_real(result: dict) -> dict:
    """Mean over passages of each head's divergences; what every change moved, by passage."""
    found = [unit["result"] for unit in result["units"]]
    means = {
        name: np.mean([each[name] for each in found], 0).round(4).tolist()
        for name in ("place", "uniform")
    }
    moved = {name: [each[name] for each in found] for name in ("moved", "moved_uniform")}
    return {**means, **moved}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"structure-positional-lists": _summarise_lists, "structure-positional-real": _summarise_real},
)


def lists(kind: str, depth: int) -> dict[str, np.ndarray]:
    """`error` and `keys` (seed, scale), and `map` (scale, query, key) of one network on one list.

    Raises
    ------
    KeyError
        For a kind or a depth that was not trained.
    """
    entry = SUMMARY["structure-positional-lists"][kind][str(depth)]
    maps = [[line.split() for line in each] for each in entry["map"]]
    found = {name: np.array(entry[name]) for name in ("error", "keys")}
    return {**found, "map": np.array(maps, dtype=float) / 100}


def real_places() -> dict[str, np.ndarray]:
    """`place` and `uniform` (layer, head), nats; `moved`, `moved_uniform` (passage, layer + 1).

    The last of a passage is the change of all layers together.
    """
    return {name: np.array(each) for name, each in SUMMARY["structure-positional-real"].items()}
