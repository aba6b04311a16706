"""Right calls of scalable softmax and of the theory of a needle, for `tests.fuzz`."""

import torch

from attnkit.length import SSMax, ssmax_attention, ssmax_weights
from attnkit.length.theory import (
    dispersed_entropy,
    freezing_spread,
    log_partition,
    mean_entropy,
    mean_needle_weight,
    needle_above_all,
    needle_among_equals,
    needle_in_noise,
)
from tests.fuzz import Call


def inputs():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)
    return {**dict(named), "scale": 0.43}


CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        ssmax_weights,
        lambda: {"scores": torch.randn(3, 5), "scale": 0.43},
        means={"scores": {"minus inf"}},
    ),
    Call(ssmax_attention, inputs),
    Call(
        SSMax,
        lambda: {"n_heads": 3, "start": 0.2},
        then={"forward": lambda: {"scores": torch.randn(3, 5, 7)}},
        means={"scores": {"minus inf"}},
    ),
    Call(freezing_spread, lambda: {"n_keys": 64.0}),
    Call(dispersed_entropy, lambda: {"n_keys": 64.0, "spread": 0.5}),
    Call(log_partition, lambda: {"n_keys": 64.0, "spread": 0.5}),
    Call(needle_among_equals, lambda: {"n_keys": 64.0, "gap": 3.0}),
    Call(needle_in_noise, lambda: {"n_keys": 64.0, "gap": 3.0, "spread": 0.5}),
    Call(needle_above_all, lambda: {"n_keys": 64.0, "gap": 3.0, "spread": 0.5}),
    Call(mean_entropy, lambda: {"n_keys": 64.0, "spread": 0.5}),
    Call(mean_needle_weight, lambda: {"n_keys": 64.0, "gap": 3.0, "spread": 0.5}),
]
