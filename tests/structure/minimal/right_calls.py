"""Right calls of attention through one matrix, for `tests.fuzz`."""

import torch

from attnkit.structure import MinimalAttention, minimal_attention, symmetric_share
from tests.fuzz import Call

CALLS = [
    Call(
        minimal_attention,
        lambda: {"states": torch.randn(3, 5, 6), "matrices": torch.randn(2, 6, 6)},
    ),
    # Of a matrix of zeros there is no share: documented.
    Call(
        symmetric_share,
        lambda: {"matrix": torch.randn(3, 5, 5)},
        means={"matrix": {"zero", "empty"}},
    ),
    Call(
        MinimalAttention,
        lambda: {"width": 6, "n_heads": 2},
        then={"matrices": lambda: {}, "forward": lambda: {"states": torch.randn(3, 5, 6)}},
    ),
]
