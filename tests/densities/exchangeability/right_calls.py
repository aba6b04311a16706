"""Right calls of the posterior means, for `tests.fuzz`."""

import torch

from attnkit.densities.exchangeability import conditional_mean, gaussian_scores, kernel_mean
from tests.fuzz import Call


def pairs():
    return {"queries": torch.randn(2, 3, 5), "keys": torch.randn(2, 7, 5), "bandwidth": 0.5}


def triples():
    return pairs() | {"values": torch.randn(2, 7, 3), "mask": torch.ones(7, dtype=torch.bool)}


CALLS = [
    Call(gaussian_scores, pairs),
    Call(kernel_mean, triples, means={"mask": {"none"}}),
    Call(conditional_mean, lambda: triples() | {"ridge": 0.1}, means={"mask": {"none"}}),
]
