"""Right calls of focal attention, for `tests.fuzz`."""

import torch

from attnkit.length.focal import entropy_slope, focal_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        each,
        lambda: {"scores": torch.randn(3, 5), "temperature": 0.5},
        means={"scores": {"minus inf"}},
    )
    for each in (focal_weights, entropy_slope)
]
