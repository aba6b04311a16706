"""Trained readers by row length and by number of prompts, and real rows: the recorded runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "by_samples", "real_rows", "trained"]

_LEAST_TOKENS = 60


def _summarise_trained(result: dict) -> dict:
    """By map and length: risks, every seed's excess and, for softmax, its path by checkpoint."""
    found: dict = {"softmax": {}, "linear": {}}
    for unit in result["units"]:
        case, at = unit["case"], unit["result"]
        of = found[case["map"]].setdefault(str(case["n_tokens"]), {"excess": []})
        of["excess"].append(at["excess"])
        of |= {"bayes": round(at["bayes"], 6), "linear": round(at["linear"], 6)}
        if case["map"] == "softmax":
            of["step"] = at["step"]
            for name in ("query", "value", "norm"):
                of.setdefault(name, []).append([round(x, 3) for x in at[name]])
    return found


def _summarise_samples(result: dict) -> dict:
    """By map and prompts per dimension every seed's excess, stopped in time and at the end."""
    found: dict = {"softmax": {}, "linear": {}, "bayes": result["units"][0]["result"]["bayes"]}
    for unit in result["units"]:
        case, at = unit["case"], unit["result"]
        ratio = str(case["n_prompts"] // case["d"])
        of = found[case["map"]].setdefault(ratio, {"excess": [], "last": []})
        of["excess"].append(at["excess"])
        of["last"].append(at["last"])
    return found


def _summarise_real(result: dict) -> dict:
    """(layer, head) means over the passages of 60 tokens and more, and how many those are."""
    found = [u["result"] for u in result["units"] if u["result"]["n"] >= _LEAST_TOKENS]
    names = ("deviations", "calibration", "weight", "marked")
    means = {name: np.mean([each[name] for each in found], 0).round(4).tolist() for name in names}
    return {"passages": len(found), **means}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {
        "icl-single-location": _summarise_trained,
        "icl-location-samples": _summarise_samples,
        "icl-single-location-real": _summarise_real,
    },
)


def trained(kind: str, n_tokens: int) -> dict[str, np.ndarray]:
    """Every seed's `excess`, the risks `bayes` and `linear`; of softmax also its path.

    Raises
    ------
    KeyError
        For another map than softmax and linear, or a length other than 5, 20 and 80.
    """
    found = SUMMARY["icl-single-location"][kind][str(n_tokens)]
    return {name: np.array(table) for name, table in found.items()}


def by_samples(kind: str) -> dict[int, np.ndarray]:
    """For each number of prompts per dimension every seed's excess, stopped in time."""
    found = SUMMARY["icl-location-samples"][kind]
    return {int(ratio): np.array(of["excess"]) for ratio, of in found.items()}


def real_rows() -> dict[str, np.ndarray]:
    """`deviations`, `calibration`, `weight` and `marked` of every head, (layer, head)."""
    found = SUMMARY["icl-single-location-real"]
    return {name: np.array(table) for name, table in found.items() if name != "passages"}
