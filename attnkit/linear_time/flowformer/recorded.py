"""Flows of a trained encoder's heads, and the rows of flow attention: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_flows", "real_rows"]

EXPERIMENT = "linear-time-flowformer-real"


def _summarise(result: dict) -> dict:
    """By head the mean over passages of what flows; by map the mean over all and its spread."""
    units = [unit["result"] for unit in result["units"]]
    flows = {
        name: [round(float(x), 4) for x in np.mean([u["flows"][name] for u in units], axis=0)]
        for name in units[0]["flows"]
    }
    rows = {name: _spread([unit[name] for unit in units]) for name in units[0] if name != "flows"}
    return {"flows": flows, "rows": rows}


def _spread(found: list[dict[str, float]]) -> dict[str, list[float]]:
    """Mean and standard deviation over passages."""
    table = {part: np.array([each[part] for each in found]) for part in found[0]}
    return {part: [round(float(f(x)), 4) for f in (np.mean, np.std)] for part, x in table.items()}


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {EXPERIMENT: _summarise})


def real_flows() -> dict[str, np.ndarray]:
    """By name a number of each head, (head,), mean over thirty passages."""
    return {name: np.array(heads) for name, heads in SUMMARY[EXPERIMENT]["flows"].items()}


def real_rows() -> dict[str, dict[str, np.ndarray]]:
    """By map `divergence`, `entropy` and `same_highest`: mean over passages, and its spread."""
    rows = SUMMARY[EXPERIMENT]["rows"]
    return {name: {part: np.array(x) for part, x in each.items()} for name, each in rows.items()}
