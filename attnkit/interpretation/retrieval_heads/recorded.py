"""What scores and ablations found in trained models, and looks in the real one: recorded runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "hunts", "looks_of_heads", "steps_to_learn"]

FEWEST_ROWS = 10
"""Passages with fewer rows of a relation say too little of a share."""


def _summarise_toy(result: dict) -> dict:
    """For each number of heads what every seed found."""
    found: dict[str, list] = {}
    for unit in result["units"]:
        found.setdefault(str(unit["case"]["n_heads"]), []).append(unit["result"])
    return found


def _summarise_real(result: dict) -> dict:
    """For each relation the median share of every head, and in how many passages it beat chance."""
    units = [unit["result"] for unit in result["units"]]
    found: dict = {"cosine": [unit["cosine"] for unit in units]}
    for name in ("previous", "next", "same", "follows"):
        told = [u[name] for u in units if u.get(name, {"rows": 0})["rows"] >= FEWEST_ROWS]
        shares = np.array([each["shares"] for each in told])
        highest = np.array([each["highest"] for each in told])
        found[name] = {
            "passages": len(told),
            "median": np.median(shares, 0).round(3).tolist(),
            "above": (shares > highest[:, None, None]).sum(0).tolist(),
            "chance": round(float(np.median([each["chance"] for each in told])), 4),
            "highest": round(float(np.median(highest)), 3),
        }
    return found


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "interpretation-retrieval-heads": _summarise_toy,
        "interpretation-retrieval-heads-real": _summarise_real,
    },
)


def hunts(n_heads: int, haystack: int) -> list[dict]:
    """For each seed the hunt through haystacks of this length, as recorded.

    Raises
    ------
    KeyError
        For what was not run: four heads have 16, 32 and 48 tokens, eight have 32.
    """
    models = SUMMARY["interpretation-retrieval-heads"][str(n_heads)]
    return [model["haystacks"][str(haystack)] for model in models]


def steps_to_learn(n_heads: int) -> list[int | None]:
    """Steps until 99 % of the known tokens were right, for each seed."""
    models = SUMMARY["interpretation-retrieval-heads"][str(n_heads)]
    return [model["reached"] for model in models]


def looks_of_heads(relation: str) -> dict[str, np.ndarray | float]:
    """Of the real encoder's heads `median` and `above` (layer, head); `passages`, `chance` …

    Raises
    ------
    KeyError
        For a relation other than "previous", "next", "same" and "follows".
    """
    told = SUMMARY["interpretation-retrieval-heads-real"][relation]
    arrays = {name: np.array(told[name]) for name in ("median", "above")}
    return {**told, **arrays}
