"""How alike the maps of two heads are, within a layer and along depth."""

import torch
from torch import Tensor

from attnkit.interpretation.case_studies.maps import jensen_shannon
from attnkit.trained import Capture

__all__ = ["N_TOP", "alike"]

N_TOP = 16
N_QUERIES = 48
"""At most so many queries of a passage, evenly spaced."""


def alike(found: Capture) -> dict[str, list]:
    """Distance of maps by two layers, and what of its best keys a head finds in the layer below.

    Of sixteen keys of each query: by the head of the same number, by the best partner below, by
    the best in any other place; beside what chance shares.
    """
    weights = found.weights[:, :, :: -(-found.weights.shape[-1] // N_QUERIES)]
    n_layers, n_heads, _, n = weights.shape
    maps = weights.flatten(0, 1)
    apart = torch.stack([jensen_shannon(maps, each.expand_as(maps)).mean(-1) for each in maps])
    blocks = apart.reshape(n_layers, n_heads, n_layers, n_heads)
    within = torch.eye(n_layers)[:, None, :, None] * torch.eye(n_heads)[None, :, None]
    counted = 1 - within
    means = (blocks * counted).sum((1, 3)) / counted.sum((1, 3))
    found_rows = {"distance": [[round(x, 4) for x in row] for row in means.tolist()]}
    return found_rows | (shared_keys(maps, n_layers, n_heads) if n > 2 * N_TOP else {})


def shared_keys(maps: Tensor, n_layers: int, n_heads: int) -> dict[str, list]:
    """Shares of the best keys in common, mean over heads of all layers but the first."""
    best = torch.zeros_like(maps).scatter(-1, maps.topk(N_TOP).indices, 1.0).flatten(1)
    shared = best @ best.T / best[0].sum()
    blocks = shared.reshape(n_layers, n_heads, n_layers, n_heads)
    below = torch.stack([blocks[i, :, i - 1] for i in range(1, n_layers)])
    others = shared.clone().fill_diagonal_(0.0)[n_heads:]
    shares = {
        "same head": below.diagonal(dim1=-2, dim2=-1).mean(),
        "best below": below.amax(-1).mean(),
        "best anywhere": others.amax(-1).mean(),
        "chance": torch.tensor(N_TOP / maps.shape[-1]),
    }
    return {name: round(share.item(), 4) for name, share in shares.items()}
