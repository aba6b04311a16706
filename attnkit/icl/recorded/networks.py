"""What figures show of the recorded networks, from the results of two experiments.

The summary travels inside the package, so that a figure needs no results folder. Make it anew from
`results/` with `python -m attnkit.icl.recorded.networks`; a test holds the two together.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from attnkit.experiments import load

__all__ = ["networks", "summarise"]

PLACE = Path(__file__).with_name("icl-networks.json")


def summarise(grid: dict, length: dict) -> dict:
    """Risks over Bayes' by prompt length and noise, and mean risks by length of the test."""
    ratios: dict[str, list] = {}
    for unit in grid["units"]:
        result, debiased = unit["result"], unit["result"]["debiased_risk"]
        bayes = debiased + result["ridge_excess_risk"]
        found = [_rounded((debiased + excess) / bayes) for excess in result["excess_risk"]]
        case = unit["case"]
        ratios.setdefault(str(case["n_examples"]), []).append([case["noise_variance"], found])
    units = length["units"]
    risks = {
        name: [_rounded(risk) for risk in np.mean([_by_length(u, name) for u in units], axis=0)]
        for name in units[0]["result"]
    }
    lengths = units[0]["case"]["test_lengths"]
    return {"ratios": ratios, "test_lengths": lengths, "risks": risks}


def _by_length(unit: dict, name: str) -> list[float]:
    return [float(np.mean(risks)) for risks in unit["result"][name]]


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")


@cache
def networks() -> dict:
    """The packaged summary."""
    return json.loads(PLACE.read_text(encoding="utf-8"))


def main() -> None:
    """Write the summary of the recorded results."""
    text = json.dumps(summarise(load("icl-grid"), load("icl-length")), separators=(",", ":"))
    PLACE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
