"""Right calls of sigmoid attention, for `tests.fuzz`."""

import torch

from attnkit.normalisation import sigmoid_attention, sigmoid_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        sigmoid_weights,
        lambda: {"scores": torch.randn(3, 5), "bias": -1.5},
        means={"scores": {"minus inf"}, "bias": {"none"}},
    ),
    Call(
        sigmoid_attention,
        lambda: dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)),
    ),
]
