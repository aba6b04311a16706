"""A right call of the budget map, for `tests.fuzz`."""

import torch

from attnkit.densities.budget import budget_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        budget_weights,
        lambda: {"scores": torch.randn(3, 5), "budget": 2.5, "alpha": 1.5},
        means={"scores": {"minus inf"}},
    ),
]
