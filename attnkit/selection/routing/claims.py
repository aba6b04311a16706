"""What is claimed of routing: on clumps of tokens, and on a trained encoder."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.selection.routing.centroids import spherical_kmeans
from attnkit.selection.routing.recorded import SUMMARY
from attnkit.selection.routing.routing import routed_keys
from attnkit.selection.shared.kept import dropped
from attnkit.selection.shared.recorded import SUMMARY as REFERENCES

__all__ = ["clumps", "counted_pairs", "on_clumps", "real_rows", "routed"]


def clumps(clusteredness: float, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """128 queries and keys of width 16 round eight centres, each clump about its own size."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(8, 16, generator=generator, dtype=torch.float64)
    mine = torch.randint(8, (2, 128), generator=generator)
    noise = torch.randn(2, 128, 16, generator=generator, dtype=torch.float64)
    queries, keys = clusteredness * centres[mine] + noise
    return queries, keys


def routed(clusteredness: float, seed: int) -> dict[str, float]:
    """Mass, density and empty rows of eight clusters of sixteen members."""
    queries, keys = clumps(clusteredness, seed)
    generator = torch.Generator().manual_seed(seed)
    centroids = spherical_kmeans(torch.cat([queries, keys]), 8, generator=generator)
    kept = routed_keys(queries, keys, centroids, n_members=16)
    told = dropped((queries @ keys.mT / 4).softmax(-1), kept)
    return {
        "mass": 1 - told.mass.mean().item(),
        "density": told.density.item(),
        "empty": told.empty.double().mean().item(),
        "counted": kept.sum().item() / (8 * 16**2),
    }


@claim("routing-on-clumps", source="Derived here; the toy is ours", computes=routed_keys)
def on_clumps() -> dict[str, float]:
    """Mass over density and the share of empty rows, mean over ten seeds, by clusteredness."""
    found = {}
    for clusteredness in (0.0, 1.0, 2.0):
        each = [routed(clusteredness, seed) for seed in range(10)]
        lift = [one["mass"] / one["density"] for one in each]
        found[f"{clusteredness}, mass over density"] = float(np.mean(lift))
        found[f"{clusteredness}, empty"] = float(np.mean([one["empty"] for one in each]))
    return found


@claim("routing-counts-pairs-once", source="Derived here", computes=routed_keys)
def counted_pairs() -> dict[str, float]:
    """Pairs kept over c w², largest and mean of ten seeds."""
    shares = [routed(1.0, seed)["counted"] for seed in range(10)]
    return {"largest": max(shares), "mean": float(np.mean(shares))}


@claim(
    "routing-on-real-rows", source="Measured here on one six-layer encoder", computes=routed_keys
)
def real_rows() -> dict[str, float]:
    """Recorded: mass, density and empty rows of each way at three budgets; the window's mass."""
    found = {}
    for way, budgets in SUMMARY["selection-routing-real"].items():
        for budget, measures in budgets.items():
            for name, row in measures.items():
                found[f"{way}, {budget}, {name}"] = float(np.mean(row))
    window = REFERENCES["selection-references-real"]["window + first + last"]
    return found | {
        f"window + ends, {budget}, mass": float(np.mean(measures["mass"]))
        for budget, measures in window.items()
    }
