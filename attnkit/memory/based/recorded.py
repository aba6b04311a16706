"""How far Taylor rows are from a trained encoder's: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_rows"]


def _summarise(result: dict) -> dict:
    """For each kind of row and map each head's mean KL, and how often the best key is kept."""
    found: dict = {}
    units = [unit["result"] for unit in result["units"]]
    for kind in ("causal", "whole"):
        for name in units[0][kind]["kl"]:
            kl = np.mean([unit[kind]["kl"][name] for unit in units], axis=0)
            best = np.mean([unit[kind]["best"][name] for unit in units])
            heads = [round(float(number), 3) for number in kl]
            found.setdefault(kind, {})[name] = {"kl": heads, "best": round(float(best), 3)}
    means = np.mean([unit["mean score"] for unit in units], axis=0)
    return found | {"mean score": [round(float(mean), 3) for mean in means]}


SUMMARY = Packaged(Path(__file__).with_name("recorded.json"), {"memory-based-real": _summarise})


def real_rows(kind: str) -> dict[str, dict[str, np.ndarray | float]]:
    """For each map `kl`, (head,) in nats, mean over thirty passages, and `best`, a share of rows.

    Raises
    ------
    KeyError
        For rows other than "causal" and "whole".
    """
    recorded = SUMMARY["memory-based-real"][kind]
    return {
        name: {"kl": np.array(found["kl"]), "best": found["best"]}
        for name, found in recorded.items()
    }
