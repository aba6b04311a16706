"""Digits without one part after another, and the symmetry of real heads: the recorded runs."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "accuracies", "real_symmetry"]


def _summarise_digits(result: dict) -> list[dict]:
    """One entry for each variant: what it has, numbers learned, and every seed's accuracy."""
    found: dict[tuple, dict] = {}
    for unit in result["units"]:
        case, numbers = unit["case"], unit["result"]
        key = (case["scores"], case["value_output"], case["mlp"])
        start = {"parameters": numbers["parameters"], "accuracy": []}
        names = dict(zip(("scores", "value_output", "mlp"), key, strict=True))
        found.setdefault(key, {**names, **start})["accuracy"].append(numbers["accuracy"])
    return list(found.values())


def _summarise_real(result: dict) -> dict:
    """Shares of every head, and what each change moved, by passage."""
    found = [unit["result"] for unit in result["units"]]
    (shares,) = (each["shares"] for each in found if "shares" in each)
    moved = {name: [each["moved"][name] for each in found] for name in found[0]["moved"]}
    return {"shares": shares, "moved": moved}


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"),
    {"structure-minimal-digits": _summarise_digits, "structure-minimal-real": _summarise_real},
)


def accuracies(scores: str, *, value_output: bool, mlp: bool) -> tuple[int, np.ndarray]:
    """Numbers learned, and share right (seed,), of one variant.

    Raises
    ------
    ValueError
        For a variant that was not trained.
    """
    wanted = {"scores": scores, "value_output": value_output, "mlp": mlp}
    for entry in SUMMARY["structure-minimal-digits"]:
        if wanted.items() <= entry.items():
            return entry["parameters"], np.array(entry["accuracy"])
    raise ValueError(f"no classifier was trained with {wanted}")


def real_symmetry() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Symmetric shares (layer, head), and for each change what it moved (passage,)."""
    recorded = SUMMARY["structure-minimal-real"]
    moved = {name: np.array(each) for name, each in recorded["moved"].items()}
    return np.array(recorded["shares"]), moved
