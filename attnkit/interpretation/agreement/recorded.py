"""How far explanations agreed in the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "agreement_real", "agreement_toy"]

TOY = "interpretation-agreement-toy"
REAL = "interpretation-agreement-real"
SHOWN = "interpretation-agreement-shown"


def _summarise_toy(result: dict) -> dict:
    """For each context and pair the numbers of every seed."""
    found: dict = {}
    for unit in result["units"]:
        for name, number in unit["result"].items():
            rows = found.setdefault(unit["case"]["context"], {})
            rows.setdefault(name, []).append(number)
    return found


def _summarise_real(result: dict) -> dict:
    """For sizes and signed ones and each pair: mean over sentences, and its standard error."""
    found: dict = {}
    for kind in result["units"][0]["result"]:
        rows = [row for unit in result["units"] for row in unit["result"][kind]]
        table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        errors = {name: taus.std(ddof=1) / np.sqrt(len(taus)) for name, taus in table.items()}
        found[kind] = {
            name: [round(float(taus.mean()), 3), round(float(errors[name]), 3)]
            for name, taus in table.items()
        }
        found["sentences"] = len(rows)
    return found


def _summarise_shown(result: dict) -> list[dict]:
    """The sentences as they are."""
    return [unit["result"] for unit in result["units"]]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {TOY: _summarise_toy, REAL: _summarise_real, SHOWN: _summarise_shown},
)


def agreement_toy(context: str) -> dict[str, np.ndarray]:
    """Of "bag" or "BiGRU": tau of every pair, and the accuracy, of each seed (seed,)."""
    return {name: np.array(row) for name, row in SUMMARY[TOY][context].items()}


def agreement_real(kind: str) -> dict[str, tuple[float, float]]:
    """Of "sizes" or "signed" explanations: each pair's mean tau and standard error."""
    return {name: tuple(pair) for name, pair in SUMMARY[REAL][kind].items()}
