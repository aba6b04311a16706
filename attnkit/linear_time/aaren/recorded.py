"""What one query for all tokens stood for, in a toy and in a trained encoder: full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_queries", "toy_errors"]


def _summarise_real(result: dict) -> dict:
    """For each row each head's mean KL over the passages."""
    units = [unit["result"] for unit in result["units"]]
    means = {name: np.mean([unit[name] for unit in units], axis=0) for name in units[0]}
    return {name: [float(f"{number:.4g}") for number in each] for name, each in means.items()}


def _summarise_toy(result: dict) -> dict:
    """The error of every seed, by question and layer."""
    found: dict = {}
    for unit in result["units"]:
        case = unit["case"]
        layers = found.setdefault(case["question"], {})
        layers.setdefault(case["layer"], []).append(unit["result"]["error"])
    return found


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"linear-time-aaren-real": _summarise_real, "linear-time-aaren-toy": _summarise_toy},
)


def real_queries() -> dict[str, np.ndarray]:
    """KL in nats (head,) of each head's rows: `even`, `mean query`, `best query`, `information`."""
    recorded = SUMMARY["linear-time-aaren-real"]
    return {name: np.array(numbers) for name, numbers in recorded.items()}


def toy_errors(question: str) -> dict[str, np.ndarray]:
    """Errors (seed,) of "one query" and "a query each", over the variance of what is asked for.

    Raises
    ------
    KeyError
        For questions other than "highest" and "same code".
    """
    recorded = SUMMARY["linear-time-aaren-toy"][question]
    return {layer: np.array(errors) for layer, errors in recorded.items()}
