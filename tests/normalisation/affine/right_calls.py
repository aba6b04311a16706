"""Right calls of affine-scaled attention, for `tests.fuzz`."""

import torch

from attnkit.normalisation.affine import AffineScale, affine_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        affine_weights,
        lambda: {
            "scores": torch.randn(3, 5),
            "scale": torch.rand(3, 1),
            "mean_scale": 0.5,
            "length": 7,
        },
        means={"scores": {"minus inf"}, "length": {"none"}},
    ),
    Call(
        AffineScale,
        lambda: {"width": 7, "n_heads": 3, "momentum": 0.9},
        then={"forward": lambda: {"tokens": torch.randn(2, 5, 7)}},
    ),
]
