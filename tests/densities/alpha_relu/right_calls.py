"""A right call of alpha-ReLU, for `tests.fuzz`."""

import torch

from attnkit.densities.alpha_relu import alpha_relu_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        alpha_relu_weights,
        lambda: {"scores": torch.randn(3, 5), "alpha": 1.5, "threshold": 0.3},
        means={"scores": {"minus inf"}},
    ),
]
