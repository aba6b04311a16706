"""Errors against the number of tokens, and a trained encoder's keys: the recorded full runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "errors_by_length"]


def _summarise_samples(result: dict) -> dict:
    """For each readout and number of keys the errors of the seeds."""
    found: dict = {}
    for unit in result["units"]:
        for name, error in unit["result"].items():
            found.setdefault(name, {}).setdefault(str(unit["case"]["n_keys"]), []).append(error)
    return found


def _summarise_real(result: dict) -> dict:
    """Means over passages for each head."""
    units = [unit["result"] for unit in result["units"]]
    plain = ("from kernel", "from uniform", "spread of norm term", "spread of scores")
    found = {name: _means([unit[name] for unit in units]) for name in plain}
    shares = units[0]["errors"]
    long = [unit for unit in units if unit["n"] >= 100]
    found["errors"] = {share: _means([unit["errors"][share] for unit in long]) for share in shares}
    return found


def _means(rows: list[list[float]]) -> list[float]:
    return [float(f"{number:.3g}") for number in np.mean(rows, axis=0)]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "densities-exchangeability-samples": _summarise_samples,
        "densities-exchangeability-real": _summarise_real,
    },
)


def errors_by_length(name: str) -> dict[int, np.ndarray]:
    """Mean squared errors (seed,) of a readout, by the number of keys.

    Raises
    ------
    KeyError
        For a readout that was not recorded.
    """
    table = SUMMARY["densities-exchangeability-samples"][name]
    return {int(n): np.array(errors) for n, errors in table.items()}
