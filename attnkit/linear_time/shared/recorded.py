"""What plain maps make of a trained encoder's rows: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "maps_by_head", "maps_by_passage", "maps_in_mean", "moved", "short_head"]


def _summarise_maps(result: dict) -> dict:
    """Divergence by head and by passage, means of the rest, and the scans of every passage."""
    units = [unit["result"] for unit in result["units"]]
    found: dict = {"n": [unit["n"] for unit in units], "heads": {}, "scan": {}}
    for way, maps in units[0]["heads"].items():
        found["heads"][way] = {
            name: _of_map([unit["heads"][way][name] for unit in units]) for name in maps
        }
    for along, maps in units[0]["scan"].items():
        found["scan"][along] = {
            name: [_short(unit["scan"][along][name]) for unit in units] for name in maps
        }
    return found


def _of_map(rows: list[dict]) -> dict:
    tables = np.array([row["divergence"] for row in rows])
    means = {name: np.mean([row[name] for row in rows]) for name in ("entropy", "same_highest")}
    return {
        "head": _short(tables.mean(0)),
        "passage": _short(tables.mean(1)),
        **{name: float(f"{mean:.4g}") for name, mean in means.items()},
    }


def _short(row) -> list[float]:
    return [float(f"{number:.4g}") for number in row]


def _summarise_heads(result: dict) -> dict:
    return result["units"][0]["result"]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"linear-time-maps-real": _summarise_maps, "linear-time-short-heads": _summarise_heads},
)


def maps_by_head(way: str) -> dict[str, np.ndarray]:
    """Mean divergence (head,) of each map in nats, with keys "raw", or less "key" or "both" means.

    Raises
    ------
    KeyError
        For another way.
    """
    return {name: np.array(row["head"]) for name, row in _heads(way).items()}


def maps_by_passage(way: str) -> dict[str, np.ndarray]:
    """Mean divergence (passage,) of each map over all heads; ways as `maps_by_head` has them.

    Raises
    ------
    KeyError
        For another way.
    """
    return {name: np.array(row["passage"]) for name, row in _heads(way).items()}


def maps_in_mean(way: str) -> dict[str, dict[str, float]]:
    """Mean `entropy` and share of rows with the `same_highest` key, of each map.

    Raises
    ------
    KeyError
        For another way.
    """
    wanted = ("entropy", "same_highest")
    return {name: {each: row[each] for each in wanted} for name, row in _heads(way).items()}


def _heads(way: str) -> dict:
    return SUMMARY["linear-time-maps-real"]["heads"][way]


def moved(along: str) -> dict[str, np.ndarray]:
    """Divergence (passage, share) of each map as all keys lose a share of a mean vector.

    Raises
    ------
    KeyError
        For another vector than "mean key" and "mean key and mean query".
    """
    scan = SUMMARY["linear-time-maps-real"]["scan"][along]
    return {name: np.array(rows) for name, rows in scan.items()}


def short_head(name: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Words, queries and keys (token, feature) of a head on the recorded sentence.

    Raises
    ------
    KeyError
        For another head than the experiment names.
    """
    recorded = SUMMARY["linear-time-short-heads"]
    return recorded["words"], *(np.array(recorded[name][kind]) for kind in ("queries", "keys"))
