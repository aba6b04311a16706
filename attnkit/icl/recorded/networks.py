"""What figures show of the recorded networks, from the results of two experiments."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["NETWORKS"]


def risks_over_bayes(result: dict) -> dict[str, list]:
    """By prompt length, for every noise variance the risks over Bayes' risk."""
    ratios: dict[str, list] = {}
    for unit in result["units"]:
        found, debiased = unit["result"], unit["result"]["debiased_risk"]
        bayes = debiased + found["ridge_excess_risk"]
        over = [_rounded((debiased + excess) / bayes) for excess in found["excess_risk"]]
        case = unit["case"]
        ratios.setdefault(str(case["n_examples"]), []).append([case["noise_variance"], over])
    return ratios


def risks_by_length(result: dict) -> dict[str, list]:
    """The lengths of the test, and at each the mean risk of every predictor."""
    units = result["units"]
    risks = {
        name: [_rounded(risk) for risk in np.mean([_by_length(u, name) for u in units], axis=0)]
        for name in units[0]["result"]
    }
    return {"test_lengths": units[0]["case"]["test_lengths"], **risks}


def _by_length(unit: dict, name: str) -> list[float]:
    return [float(np.mean(risks)) for risks in unit["result"][name]]


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")


NETWORKS = Packaged(
    Path(__file__).with_name("icl-networks.json"),
    {"icl-grid": risks_over_bayes, "icl-length": risks_by_length},
)
