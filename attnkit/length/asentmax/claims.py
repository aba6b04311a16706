"""What the page on adaptive-scalable entmax claims, measured."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.densities import entmax
from attnkit.diagnostics import support_size
from attnkit.length.asentmax.asentmax import asentmax_weights
from attnkit.length.asentmax.recorded import needle_table

__all__ = ["alone_from", "needle_alone", "same_scale", "too_noisy"]

SOURCE = "Measured here on the maps of Vasylenko et al. 2025"


@claim("alone-from", source="Derived here for entmax", computes=entmax)
def alone_from() -> dict[str, float]:
    """Keys with a weight among 4,096, the needle leading by 1/2, around the scale 2/(α − 1)."""
    row = torch.full((4096,), -0.5, dtype=torch.float64)
    row[7] = 0.0
    return {
        f"α = {alpha}, {share} of it": support_size(
            entmax(share * 2 / (alpha - 1) * row, alpha)
        ).item()
        for alpha in (1.25, 1.5, 2.0)
        for share in (0.99, 1.01)
    }


@claim("needle-alone", source=SOURCE, computes=asentmax_weights)
def needle_alone() -> dict[str, float]:
    """Recorded (D = 3, σ = 1/2): least weight of the needle over seeds, and most keys with one."""
    table = needle_table(0.5)
    found = {}
    for name in ("adaptive-scalable entmax", "entmax"):
        found[f"{name}, least weight"] = float(table[name]["weight"].min())
        found[f"{name}, most keys"] = float(table[name]["support"].max())
    return found


@claim("same-scale", source=SOURCE, computes=asentmax_weights)
def same_scale() -> dict[str, float]:
    """Recorded at 262,144 keys: mean weight under entmax, with its scale, and the scale alone."""
    table = needle_table(0.5)
    names = ("softmax", "entmax", "its scale, softmax", "adaptive-scalable entmax")
    return {name: float(table[name]["weight"][-1].mean()) for name in names}


@claim("too-noisy", source=SOURCE, computes=asentmax_weights)
def too_noisy() -> dict[str, float]:
    """Recorded at 16,384 keys with σ = 1: the needle's largest weight over seeds, for each map."""
    return {name: float(np.max(rows["weight"][2])) for name, rows in needle_table(1.0).items()}
