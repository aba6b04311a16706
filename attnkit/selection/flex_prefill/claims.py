"""What the page on FlexPrefill claims, measured."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.selection.flex_prefill.cover import covering_keys, covering_weights
from attnkit.selection.flex_prefill.flex_prefill import flex_prefill_keys
from attnkit.selection.flex_prefill.recorded import SUMMARY

__all__ = ["cover_error", "error_of", "pooled_rows", "stops_short"]


def error_of(share: float, *, seed: int) -> float:
    """Largest error over its bound, in a thousand rows of 64 normal scores and values."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(1000, 64, generator=generator, dtype=torch.float64)
    values = torch.randn(64, 8, generator=generator, dtype=torch.float64)
    moved = (scores.softmax(-1) - covering_weights(scores, share)) @ values
    return float(moved.norm(dim=-1).max() / (2 * (1 - share) * values.norm(dim=-1).max()))


@claim("cover-error", source="Derived here", computes=covering_weights)
def cover_error() -> dict[str, float]:
    """Largest error over its bound: 2(1 − γ) max ‖v‖ on normal rows, each row's own recorded."""
    found = {f"γ = {share}": error_of(share, seed=0) for share in (0.5, 0.8, 0.9, 0.99)}
    recorded = SUMMARY["selection-flex-prefill-cover"]
    for share, covers in recorded.items():
        found[f"γ = {share}, encoder"] = max(covers["rows"]["of bound"]["extreme"])
    return found


@claim("pooled-rows", source="Measured here on one six-layer encoder", computes=flex_prefill_keys)
def pooled_rows() -> dict[str, float]:
    """Recorded at γ = 0.9: pairs kept, mass and worst row, of rows and of blocks of 16."""
    found = {}
    for cover in ("rows", "blocks"):
        told = SUMMARY["selection-flex-prefill-cover"]["0.9"][cover]
        found[f"{cover}, density"] = float(np.mean(told["density"]["mean"]))
        found[f"{cover}, mass"] = float(np.mean(told["mass"]["mean"]))
        found[f"{cover}, worst row, mean head"] = float(np.mean(told["worst row"]["mean"]))
        found[f"{cover}, worst row of all"] = min(told["worst row"]["extreme"])
    return found


@claim("stops-short", source="Authors' code, derived here", computes=covering_keys)
def stops_short() -> dict[str, float]:
    """Mass kept of a row whose best key has 0.95, at γ = 0.9; recorded means of the encoder."""
    row = torch.tensor([0.95, 0.03, 0.02], dtype=torch.float64)
    told = SUMMARY["selection-flex-prefill-cover"]["0.9"]
    return {
        "fewest that suffice": float(row[covering_keys(row, 0.9)].sum()),
        "most that do not": float(row[row.cumsum(0) <= 0.9].sum()),
        "fewest that suffice, encoder": float(np.mean(told["rows"]["mass"]["mean"])),
        "most that do not, encoder": float(np.mean(told["stopped short"]["mass"]["mean"])),
    }
