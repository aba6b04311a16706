"""Right calls of adaptively sparse attention, for `tests.fuzz`."""

import torch

from attnkit.densities.adaptively_sparse import AdaptiveEntmax, adaptive_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        adaptive_weights,
        lambda: {"scores": torch.randn(3, 5), "a": 0.3},
        means={"scores": {"minus inf"}},
    ),
    Call(
        AdaptiveEntmax,
        lambda: {"n_heads": 3, "start": 1.3},
        then={"forward": lambda: {"scores": torch.randn(3, 5, 7)}},
        means={"scores": {"minus inf"}},
    ),
]
