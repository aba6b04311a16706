"""Right calls of attention by places, for `tests.fuzz`."""

import torch

from attnkit.structure import (
    PositionalAttention,
    positional_attention,
    positional_weights,
    sinusoidal_places,
)
from tests.fuzz import Call


def places():
    return {"query_places": torch.randn(5, 7), "key_places": torch.randn(5, 7)}


CALLS = [
    Call(sinusoidal_places, lambda: {"n_places": 5, "width": 3}),
    Call(positional_weights, places),
    Call(positional_attention, lambda: {**places(), "values": torch.randn(2, 5, 3)}),
    Call(
        PositionalAttention,
        lambda: {"n_places": 7, "n_heads": 2},
        then={
            "weights": lambda: {},
            "forward": lambda: {"values": torch.randn(2, 5, 3)},
        },
    ),
]
