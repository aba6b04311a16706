"""Right calls of adaptive-scalable entmax, for `tests.fuzz`."""

import torch

from attnkit.length import ASEntmax, asentmax_weights
from attnkit.length.asentmax import adaptive_scale
from tests.fuzz import Call

CALLS = [
    Call(
        adaptive_scale,
        lambda: {"n_keys": torch.tensor([5.0, 7.0]), "slope": 0.5, "power": 1.5},
        means={"n_keys": {"empty"}},
    ),
    # A score of -inf is that of a masked key: documented.
    Call(
        asentmax_weights,
        lambda: {"scores": torch.randn(3, 5), "slope": 0.5, "power": 1.5},
        means={"scores": {"minus inf"}},
    ),
    Call(
        ASEntmax,
        lambda: {"width": 5, "n_heads": 3},
        then={"forward": lambda: {"scores": torch.randn(3, 7, 11), "states": torch.randn(7, 5)}},
        means={"scores": {"minus inf"}},
    ),
]
