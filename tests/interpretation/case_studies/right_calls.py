"""Right calls of what the case studies do to maps, for `tests.fuzz`."""

import torch

from attnkit.interpretation import contrast, jensen_shannon, quantised, shifted_groups
from tests.fuzz import Call

CALLS = [
    Call(
        contrast,
        lambda: {"task": torch.rand(3, 5), "general": torch.rand(3, 5), "floor": 1e-3},
    ),
    Call(
        jensen_shannon,
        lambda: {
            "first": torch.rand(3, 5).softmax(-1),
            "second": torch.rand(3, 5).softmax(-1),
        },
    ),
    Call(quantised, lambda: {"states": torch.randn(2, 5, 3), "n_bits": 4}),
    Call(shifted_groups, lambda: {"n_tokens": 11, "size": 4, "shift": 2}),
]
