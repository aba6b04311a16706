"""The one harness: what a choice of keys catches of a trained model's rows, at equal budgets.

An experiment of a mechanism is `{name: captured(read, choose)}` for each passage, and its summary
`summarise`; so all of the room can be drawn on one pair of axes.
"""

import numpy as np
import torch
from torch import Tensor

from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.pattern import Choose
from attnkit.trained import Capture

__all__ = ["BUDGETS", "captured", "recorded_ways", "summarise"]

BUDGETS = (16, 8, 4)
"""One key in so many."""


def captured(read: Capture, choose: Choose) -> dict[str, dict[str, list[float]]]:
    """For each budget the mass, density and share of empty rows of every head, layer after layer.

    `choose(queries, keys, n_keys)` gets (layer, head, token, feature), scaled such that inner
    products are the model's scores, and about how many keys a row may have; it returns what it
    keeps, (layer, head, query, key), whose density is measured.
    """
    scale = read.queries.shape[-1] ** -0.25
    queries, keys = read.queries.double() * scale, read.keys.double() * scale
    found = {}
    for part in BUDGETS:
        kept = choose(queries, keys, max(round(keys.shape[-2] / part), 1))
        told = dropped(read.weights.double(), kept)
        measures = {
            "mass": 1 - told.mass.mean(-1),
            "density": told.density,
            "empty": told.empty.double().mean(-1),
        }
        found[f"1/{part}"] = {name: _short(table) for name, table in measures.items()}
    return found


def summarise(units: list[dict]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Means over passages for each head, of what `captured` found in each: way, budget, measure."""
    return {
        way: {
            budget: {
                name: _means([unit[way][budget][name] for unit in units])
                for name in units[0][way][budget]
            }
            for budget in units[0][way]
        }
        for way in units[0]
    }


def recorded_ways(result: dict) -> dict[str, dict[str, dict[str, list[float]]]]:
    """`summarise` of a recorded result: what a mechanism's `recorded.py` packs."""
    return summarise([unit["result"] for unit in result["units"]])


def _short(table: Tensor) -> list[float]:
    return [float(f"{number:.4g}") for number in torch.flatten(table).tolist()]


def _means(rows: list[list[float]]) -> list[float]:
    return [float(f"{number:.3g}") for number in np.mean(rows, axis=0)]
