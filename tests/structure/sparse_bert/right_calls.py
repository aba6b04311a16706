"""Right calls of attention without chosen distances, for `tests.fuzz`."""

import torch

from attnkit.structure import OffsetGates, kept_offsets, offset_weights
from tests.fuzz import Call

CALLS = [
    Call(kept_offsets, lambda: {"n_queries": 5, "n_keys": 7, "without": [0, 3]}),
    # A score of -inf is that of a masked key: documented.
    Call(
        offset_weights,
        lambda: {"scores": torch.randn(3, 5, 7), "without": [0]},
        means={"scores": {"minus inf"}},
    ),
    Call(
        OffsetGates,
        lambda: {"n_heads": 3, "n_offsets": 5, "temperature": 1.0},
        then={
            "open_chance": lambda: {},
            "forward": lambda: {
                "n_tokens": 7,
                "generator": torch.Generator().manual_seed(0),
            },
        },
    ),
]
