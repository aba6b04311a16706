"""Right calls of what reads and bounds blocks of keys, for `tests.fuzz`."""

import torch

from attnkit.selection import block_attention, block_bounds, kept_pairs
from tests.fuzz import Call

BLOCKS = torch.tensor([[True, False, True], [False, True, True]])


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)
    return dict(named)


CALLS = [
    Call(
        block_attention,
        lambda: {**tokens(), "blocks": BLOCKS, "query_size": 3, "key_size": 2},
    ),
    Call(
        block_bounds,
        lambda: {"queries": torch.randn(2, 5, 7), "keys": torch.randn(2, 5, 7), "size": 2},
    ),
    Call(
        kept_pairs,
        lambda: {
            "blocks": BLOCKS,
            "n_queries": 5,
            "n_keys": 5,
            "query_size": 3,
            "key_size": 2,
        },
    ),
]
