"""Plain descent beside its flow: the gaps of all seeds, and the paths of the first."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["BATCHES", "DESCENT", "gaps"]

BATCHES = ("all", "256", "32")
"""Prompts of a step: the whole pool of 2,048, or as many drawn anew."""


def summarise(result: dict) -> dict:
    """Rates, by batch the gaps (rate, start), and scales (report, head) of flow and descent."""
    units = [unit["result"] for unit in result["units"]]
    first = units[0]
    gaps = {
        name: np.concatenate([each[name] for each in units], axis=-1).tolist() for name in BATCHES
    }
    paths = {name: first[f"{name}, scales"] for name in BATCHES}
    return {"rate": first["rate"], "flow": first["flow"], "gaps": gaps, "paths": paths}


DESCENT = Packaged(Path(__file__).with_name("icl-descent.json"), {"icl-plain-descent": summarise})


def gaps(batch: str) -> tuple[np.ndarray, np.ndarray]:
    """Rates (rate,), and the gaps (rate, start) of descent on such batches.

    Raises
    ------
    KeyError
        For a batch other than "all", "256" and "32".
    """
    found = DESCENT["icl-plain-descent"]
    return np.array(found["rate"]), np.array(found["gaps"][batch])
