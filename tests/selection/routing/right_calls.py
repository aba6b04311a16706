"""Right calls of routing, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    routed_keys,
    routing_attention,
    routing_weights,
    spherical_kmeans,
    update_centroids,
)
from tests.fuzz import Call


def tokens():
    return {
        "queries": torch.randn(2, 5, 3),
        "keys": torch.randn(2, 7, 3),
        "centroids": torch.randn(4, 3),
        "n_members": 2,
        "mask": torch.tensor([False] * 2 + [True] * 5),
        "query_mask": torch.tensor([False] + [True] * 4),
    }


LEFT_OUT = {name: {"none"} for name in ("centroids", "mask", "query_mask")}

CALLS = [
    Call(routed_keys, tokens, means=LEFT_OUT),
    Call(routing_weights, tokens, means=LEFT_OUT),
    Call(routing_attention, lambda: tokens() | {"values": torch.randn(2, 7, 5)}, means=LEFT_OUT),
    Call(
        update_centroids,
        lambda: {"centroids": torch.randn(4, 3), "tokens": torch.randn(7, 3), "decay": 0.9},
    ),
    Call(
        spherical_kmeans,
        lambda: {
            "tokens": torch.randn(2, 7, 3),
            "n_clusters": 4,
            "n_steps": 3,
            "generator": torch.Generator().manual_seed(0),
        },
    ),
]
