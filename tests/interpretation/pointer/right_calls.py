"""Right calls of pointing, for `tests.fuzz`."""

import torch

from attnkit.interpretation.pointer import (
    PointerNetwork,
    additive_scores,
    largest_clipped_weight,
    not_yet_chosen,
    point_freely,
    point_once,
    pointer_weights,
)
from tests.fuzz import Call


def pointed():
    return {"network": PointerNetwork(2, 3), "inputs": torch.rand(3, 5, 2)}


CALLS = [
    Call(
        additive_scores,
        lambda: {
            "queries": torch.randn(2, 3, 5),
            "keys": torch.randn(2, 7, 5),
            "vector": torch.randn(5),
        },
    ),
    # A score of -inf is that of a masked key: documented.
    Call(
        pointer_weights,
        lambda: {"scores": torch.randn(3, 5), "clip": 2.0},
        means={"scores": {"minus inf"}, "clip": {"none"}},
    ),
    Call(largest_clipped_weight, lambda: {"n_keys": 7, "clip": 2.0}),
    Call(
        PointerNetwork,
        lambda: {"n_features": 2, "width": 3},
        then={
            "forward": lambda: {
                "inputs": torch.rand(3, 5, 2),
                "chosen": torch.randint(5, (3, 4)),
            }
        },
    ),
    Call(not_yet_chosen, lambda: {"chosen": torch.randint(5, (3, 4)), "n_inputs": 5}),
    Call(point_once, pointed),
    Call(point_freely, pointed),
]
