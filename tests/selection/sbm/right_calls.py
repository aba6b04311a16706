"""Right calls of the stochastic block model, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    block_matrix,
    edge_chances,
    sample_edges,
    sample_sparse_edges,
    sbm_attention,
    sbm_keys,
)
from tests.fuzz import Call


def generator():
    return torch.Generator().manual_seed(0)


def tokens():
    return {
        "queries": torch.randn(2, 5, 3),
        "keys": torch.randn(2, 7, 3),
        "clusters": torch.randn(4, 3),
        "bias": -0.5,
        "floor": 0.01,
    }


LEFT_OUT = {name: {"none"} for name in ("clusters", "mask")}

CALLS = [
    Call(block_matrix, lambda: {"clusters": torch.randn(4, 3)}),
    Call(edge_chances, tokens, means=LEFT_OUT),
    Call(
        sbm_keys,
        lambda: tokens() | {"generator": generator(), "mask": torch.arange(7) > 1},
        means=LEFT_OUT,
    ),
    Call(sample_edges, lambda: {"chances": torch.rand(3, 5), "generator": generator()}),
    Call(
        sample_sparse_edges,
        lambda: {
            "query_members": torch.rand(5, 3),
            "key_members": torch.rand(7, 3),
            "blocks": torch.rand(3, 3),
            "generator": generator(),
        },
    ),
    Call(
        sbm_attention,
        lambda: (
            tokens()
            | {
                "values": torch.randn(2, 7, 5),
                "generator": generator(),
                "mask": torch.tensor([False] * 2 + [True] * 5),
            }
        ),
        means=LEFT_OUT,
    ),
]
