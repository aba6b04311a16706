"""What is claimed of graphs drawn from clusters."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.selection.sbm.attention import sbm_keys
from attnkit.selection.sbm.chances import block_matrix, edge_chances, members
from attnkit.selection.sbm.recorded import SUMMARY
from attnkit.selection.sbm.sampled import sample_edges
from attnkit.selection.shared.recorded import SUMMARY as REFERENCES

__all__ = ["apart", "ceiling", "crisp", "drawn", "empty_rows", "empty_share", "real_rows"]


def _tokens(n_tokens: int, d_key: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, n_tokens, d_key, generator=generator, dtype=torch.float64)


@claim("sbm-edge-ceiling", source="Derived here from Cho et al. 2022", computes=edge_chances)
def ceiling() -> dict[str, float]:
    """Largest chance over the product of the two largest memberships, by number of clusters."""
    found = {}
    for n_clusters in (2, 8, 32):
        queries, keys = _tokens(64, 8, 0)
        clusters = _tokens(n_clusters, 8, 1)[0]
        bound = [members(t, clusters).amax(-1) for t in (queries, keys)]
        chances = edge_chances(queries, keys, clusters, floor=0.0)
        found[f"k = {n_clusters}"] = (chances / (bound[0][:, None] * bound[1])).max().item()
    return found


@claim("crisp-clusters-are-thin", source="Derived here", computes=block_matrix)
def crisp() -> dict[str, float]:
    """Chance inside crisp equal clusters and mean chance of all pairs, with sharp blocks."""
    found = {}
    for n_clusters in (2, 4, 8, 16, 32):
        blocks = block_matrix(10.0 * torch.eye(n_clusters, dtype=torch.float64))
        belongs = torch.eye(n_clusters, dtype=torch.float64).repeat_interleave(4, 0)
        chances = belongs @ blocks @ belongs.mT
        found[f"k = {n_clusters}, inside"] = chances.max().item()
        found[f"k = {n_clusters}, mean"] = chances.mean().item()
    return found


@claim("drawn-share-of-pairs", source="Derived here", computes=sample_edges)
def drawn() -> dict[str, float]:
    """Distance of the share drawn from the mean chance in standard deviations, over 20 seeds."""
    found = [abs(apart(seed)) for seed in range(20)]
    return {"mean": float(np.mean(found)), "largest": max(found)}


def apart(seed: int) -> float:
    """For one graph of 128 tokens."""
    chances = edge_chances(*_tokens(128, 8, seed), bias=-1.0)
    edges = sample_edges(chances, torch.Generator().manual_seed(seed))
    return ((edges - chances).sum() / (chances * (1 - chances)).sum().sqrt()).item()


@claim("floor-keeps-rows", source="The authors' code; the numbers are ours", computes=sbm_keys)
def empty_rows() -> dict[str, float]:
    """Share of 128 rows without a key at a bias of −3, mean over ten graphs, by floor."""
    return {
        f"floor {floor}": float(np.mean([empty_share(floor, seed) for seed in range(10)]))
        for floor in (0.0, 0.01)
    }


def empty_share(floor: float, seed: int) -> float:
    """For one graph."""
    chance = torch.Generator().manual_seed(seed)
    kept = sbm_keys(*_tokens(128, 8, seed), bias=-3.0, floor=floor, generator=chance)
    return (~kept.any(-1)).double().mean().item()


@claim("graph-on-real-rows", source="Measured here on one six-layer encoder", computes=sbm_keys)
def real_rows() -> dict[str, float]:
    """Recorded: mass caught, density and empty rows at three budgets; the window beside it."""
    found = {}
    (graph,) = SUMMARY["selection-sbm-real"].values()
    window = REFERENCES["selection-references-real"]["window + first + last"]
    for budget, measures in graph.items():
        found |= {f"{budget}, {name}": float(np.mean(row)) for name, row in measures.items()}
        found[f"{budget}, window + ends"] = float(np.mean(window[budget]["mass"]))
    return found
