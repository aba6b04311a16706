"""Right calls of entropy guidance, for `tests.fuzz`."""

import torch

from attnkit.concentration import band_penalty, released_band_penalty
from tests.fuzz import Call


def heads():
    """Weights of two heads, their targets, and a mask that leaves out no weight."""
    return {
        "weights": torch.randn(2, 3, 5).softmax(-1),
        "target": torch.rand(2),
        "tolerance": 0.1,
        "mask": torch.ones(3, 5, dtype=torch.bool),
    }


CALLS = [
    Call(penalty, heads, means={"mask": {"none"}})
    for penalty in (band_penalty, released_band_penalty)
]
