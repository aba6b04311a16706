"""A right call of normmax, for `tests.fuzz`."""

import torch

from attnkit.densities.normmax import normmax_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        normmax_weights,
        lambda: {"scores": torch.randn(3, 5), "alpha": 1.5},
        means={"scores": {"minus inf"}},
    ),
]
