"""Right calls of hard retrieval, for `tests.fuzz`."""

import torch

from attnkit.densities.hard_retrieval import hard_weights, sampled_weights
from tests.fuzz import Call

# A score of -inf is that of a masked key: documented.
MEANS = {"scores": {"minus inf", "huge"}, "mask": {"none"}}


def rows():
    return {"scores": torch.randn(3, 5), "dim": -1, "mask": torch.rand(3, 5) > 0.3}


CALLS = [
    Call(hard_weights, rows, means=MEANS),
    Call(
        sampled_weights,
        lambda: rows() | {"generator": torch.Generator().manual_seed(0)},
        means=MEANS,
    ),
]
