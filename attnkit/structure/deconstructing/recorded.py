"""What each arrangement of layers learned, and what a trained encoder loses: the recorded runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "learned", "learned_longer", "moved"]


def _summarise_recall(result: dict) -> dict:
    """For each arrangement the accuracies of every seed in each tenth of the training."""
    found: dict[str, list] = {}
    for unit in result["units"]:
        name = ", ".join(unit["case"]["kinds"])
        found.setdefault(name, []).append([round(x, 3) for x in unit["result"]["accuracy"]])
    return found


def _summarise_real(result: dict) -> dict:
    """For each exchange 1 − cosine (passage, place), a place for each layer and one for all."""
    found = [unit["result"] for unit in result["units"]]
    return {name: [each[name] for each in found] for name in found[0]}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "structure-deconstructing-recall": _summarise_recall,
        "structure-deconstructing-longer": _summarise_recall,
        "structure-deconstructing-real": _summarise_real,
    },
)


def learned(*kinds: str) -> np.ndarray:
    """Share of answers right (seed, tenth of the training) of layers of these kinds.

    Raises
    ------
    KeyError
        For an arrangement that was not trained.
    """
    # A layer after nothing is that layer before nothing, and a static first layer is standard.
    if kinds[0] == "nothing":
        kinds = kinds[::-1]
    if kinds[0] == "static":
        kinds = ("standard", *kinds[1:])
    return np.array(SUMMARY["structure-deconstructing-recall"][", ".join(kinds)])


def learned_longer(*kinds: str) -> np.ndarray:
    """The same of 1,200 steps in place of 200, for the arrangements that were trained so long.

    Raises
    ------
    KeyError
        For one that was not.
    """
    return np.array(SUMMARY["structure-deconstructing-longer"][", ".join(kinds)])


def moved() -> dict[str, np.ndarray]:
    """For each exchange 1 − cosine (passage, place): six layers one by one, and then all."""
    return {name: np.array(rows) for name, rows in SUMMARY["structure-deconstructing-real"].items()}
