"""Right calls of information and of its bias, for `tests.fuzz`."""

import torch

from attnkit.interpretation import (
    information_bias,
    permuted_information,
    plug_in_information,
    quantile_bins,
)
from tests.fuzz import Call


def labels():
    return {"first": torch.randint(3, (20,)), "second": torch.randint(4, (20,))}


CALLS = [
    Call(plug_in_information, labels),
    Call(permuted_information, lambda: {**labels(), "n_times": 3, "generator": torch.Generator()}),
    Call(information_bias, lambda: {"n_first": 10, "n_second": 3, "n_samples": 1000}),
    Call(quantile_bins, lambda: {"values": torch.randn(20), "n_bins": 4}),
]
