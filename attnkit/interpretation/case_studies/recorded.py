"""Numbers of six case studies, from the recorded full runs on thirty passages."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "silenced", "study"]

STUDIES = "interpretation-case-studies-real"
ABLATION = "interpretation-case-ablation-real"
LONG = 80
"""Tokens from which on a passage speaks of likeness and of groups."""


def summarise_studies(result: dict) -> dict:
    """By study and measure the mean over passages, for each layer; where they are long enough."""
    found = [unit["result"] for unit in result["units"]]
    long = [each for each in found if each["n"] >= LONG]
    asked = [each["contrast"] for each in found if each["contrast"]["task"]]
    return {
        "contrast": {
            name: _short(np.concatenate([each[name] for each in asked]).mean(0))
            for name in asked[0]
        },
        "bits": {name: _mean([each["bits"][name] for each in found]) for name in found[0]["bits"]},
        "likeness": {
            name: _mean([e["likeness"][name] for e in long]) for name in long[0]["likeness"]
        },
        "magnets": {
            kind: {name: _mean([e["magnets"][kind][name] for e in found]) for name in both}
            for kind, both in found[0]["magnets"].items()
        },
        "groups": {
            pattern: {name: _mean([e["groups"][pattern][name] for e in long]) for name in both}
            for pattern, both in long[0]["groups"].items()
        },
        "counts": {"long": len(long), "sentences": sum(len(each["task"]) for each in asked)},
    }


def summarise_ablation(result: dict) -> dict:
    """Mean loss without each head, and by order and number of heads silenced: mean and spread."""
    found = [unit["result"] for unit in result["units"]]
    together = {
        name: np.array([each[name] for each in found]) for name in ("least", "most", "random")
    }
    return {
        "alone": _mean([each["alone"] for each in found]),
        "all": _mean([each["all"] for each in found]),
        **{name: _short(table.mean(0)) for name, table in together.items()},
        **{f"{name}, sd": _short(table.std(0, ddof=1)) for name, table in together.items()},
    }


def _mean(rows: list) -> list | float:
    return _short(np.mean(np.array(rows), 0))


def _short(table: np.ndarray | float) -> list | float:
    if np.ndim(table):
        return [_short(row) for row in table]
    return float(f"{float(table):.4g}")


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {STUDIES: summarise_studies, ABLATION: summarise_ablation},
)


def study(name: str) -> dict:
    """The means of "contrast", "bits", "likeness", "magnets" or "groups", mostly by layer."""
    return SUMMARY[STUDIES][name]


def silenced(name: str) -> np.ndarray:
    """What the embedding loses: "alone" (head,), "least", "most", "random" (number,), or "all"."""
    return np.array(SUMMARY[ABLATION][name])
