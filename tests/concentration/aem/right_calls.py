"""Right calls of gated pooling and its loss, for `tests.fuzz`."""

import torch

from attnkit.concentration import GatedPooling, negative_attention_entropy
from tests.fuzz import Call

CALLS = [
    Call(
        GatedPooling,
        lambda: {"n_features": 5, "n_hidden": 7},
        then={"forward": lambda: {"instances": torch.randn(3, 7, 5)}},
        reads=lambda made: getattr(made, "context", 0.0),
    ),
    # A score of -inf is that of a masked instance: documented.
    Call(
        negative_attention_entropy,
        lambda: {"scores": torch.randn(3, 5), "dim": -1, "mask": torch.rand(3, 5) < 0.7},
        means={"scores": {"minus inf"}, "mask": {"none"}},
    ),
]
