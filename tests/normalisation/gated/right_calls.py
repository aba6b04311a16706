"""Right calls of gated attention, for `tests.fuzz`."""

import torch

from attnkit.normalisation import GatedAttention, gated_attention, gated_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        gated_weights,
        lambda: {"scores": torch.randn(3, 5), "gate": -1.0},
        means={"scores": {"minus inf"}},
    ),
    Call(
        gated_attention,
        lambda: (
            dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True))
            | {"gate": torch.randn(2, 5, 1)}
        ),
    ),
    Call(
        GatedAttention,
        lambda: {"width": 6, "n_heads": 2, "n_gates": 3},
        then={
            "forward": lambda: {"tokens": torch.randn(2, 5, 6)},
            "gate": lambda: {"tokens": torch.randn(2, 5, 6)},
        },
    ),
]
