"""Right calls of standardised attention, for `tests.fuzz`."""

import torch

from attnkit.densities.probability_cage import (
    StandardisedAttention,
    standardised_attention,
    standardised_weights,
)
from tests.fuzz import Call


def inputs():
    return dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True))


CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        standardised_weights,
        lambda: {"scores": torch.randn(3, 5), "gain": 0.5, "bias": 0.1, "epsilon": 0.01},
        means={"scores": {"minus inf"}},
    ),
    Call(standardised_attention, lambda: {**inputs(), "gain": 0.5, "bias": 0.1}),
    Call(
        StandardisedAttention,
        lambda: {"n_heads": 2, "n_channels": 7},
        then={"forward": inputs},
    ),
]
