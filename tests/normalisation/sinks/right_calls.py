"""Right calls of the maps and layers around attention sinks, for `tests.fuzz`."""

import torch

from attnkit.normalisation import KeyBias, key_bias_attention, softmax_plus_one
from attnkit.normalisation.sinks import lone_share, normalised_sigmoid
from tests.fuzz import Call


def tokens():
    return dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True))


CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        softmax_plus_one,
        lambda: {"scores": torch.randn(3, 5)},
        means={"scores": {"minus inf"}},
    ),
    Call(
        normalised_sigmoid,
        lambda: {"scores": torch.randn(3, 5)},
        means={"scores": {"minus inf"}},
    ),
    Call(key_bias_attention, lambda: tokens() | {"bias_key": torch.randn(7)}),
    Call(KeyBias, lambda: {"n_heads": 2, "d_key": 3, "generator": torch.Generator()}),
    Call(lone_share, lambda: {"lead": 2.0, "n_rivals": 13, "spread": 1.0}),
]
