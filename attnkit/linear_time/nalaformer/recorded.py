"""What NaLaFormer's maps make of a trained encoder's rows: the recorded full run."""

from pathlib import Path

import numpy as np

from attnkit.experiments.packaged import Packaged

__all__ = ["SUMMARY", "real_heads"]


def _summarise(result: dict) -> dict:
    """Means over passages, head by head, of entropies and divergences; the norms and the gate."""
    units = [unit["result"] for unit in result["units"]]
    heads = {name: _means([unit[name] for unit in units]) for name in ("entropy", "norm")}
    found = {**heads, "gate": round(float(np.mean([unit["gate"] for unit in units])), 4)}
    for name in units[0].keys() - found.keys():
        found[name] = {
            part: _means([unit[name][part] for unit in units]) for part in ("divergence", "entropy")
        }
        best = np.mean([unit[name]["same_highest"] for unit in units])
        found[name]["same_highest"] = round(float(best), 4)
    return dict(sorted(found.items()))


def _means(rows: list[list[float | None]]) -> list[float]:
    """Over passages; None is a divergence that has no end, and left out."""
    return [round(float(number), 3) for number in np.nanmean(np.array(rows, dtype=float), axis=0)]


SUMMARY = Packaged(
    Path(__file__).with_name("recorded.json"), {"linear-time-nalaformer-real": _summarise}
)


def real_heads() -> dict[str, dict[str, np.ndarray]]:
    """By map the `divergence` and `entropy` of heads, (head,), and `same_highest`, a share of rows.

    The map "softmax" is the encoder itself: its `entropy`, and the `norm` of its queries.
    """
    recorded = SUMMARY["linear-time-nalaformer-real"]
    own = {name: np.array(recorded[name]) for name in ("entropy", "norm", "gate")}
    maps = {name: each for name, each in recorded.items() if isinstance(each, dict)}
    return {"softmax": own} | {
        name: {part: np.array(numbers) for part, numbers in each.items()}
        for name, each in maps.items()
    }
