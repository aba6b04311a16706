"""Right calls of σReparam and of rows by their norm, for `tests.fuzz`."""

import torch
from torch import nn

from attnkit.concentration import (
    SigmaReparam,
    centred_norm,
    divided_by_spectral_norm,
    norm_ceiling,
    sharpest_row,
    sigma_reparametrise,
)
from tests.fuzz import Call

CALLS = [
    Call(divided_by_spectral_norm, lambda: {"weight": torch.randn(3, 5), "gain": 1.5}),
    Call(
        SigmaReparam,
        lambda: {"weight": torch.randn(3, 5), "gain": 1.5},
        means={"gain": {"none"}},  # documented: the weight's own norm
        reads=lambda made: made.state_dict(),
    ),
    Call(
        sigma_reparametrise,
        lambda: {"module": nn.Linear(5, 3), "gain": 1.5},
        means={"gain": {"none"}},
        reads=lambda module: module.weight,
    ),
    # A score of -inf is that of a masked key: documented.
    Call(
        centred_norm,
        lambda: {"scores": torch.randn(3, 5), "dim": -1, "mask": torch.rand(3, 5) < 0.7},
        means={"scores": {"minus inf"}, "mask": {"none"}},
    ),
    Call(sharpest_row, lambda: {"norm": 2.0, "n_keys": 7}),
    Call(
        norm_ceiling,
        lambda: {
            "query_weight": torch.randn(5, 3),
            "key_weight": torch.randn(5, 3),
            "tokens": torch.randn(2, 7, 5),
        },
    ),
]
