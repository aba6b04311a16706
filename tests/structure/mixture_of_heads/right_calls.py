"""Right calls of the mixture of heads, for `tests.fuzz`."""

import torch

from attnkit.structure.mixture_of_heads import MixtureOfHeads, balance_loss, head_gates
from tests.fuzz import Call


def scores():
    sizes = {"shared": 2, "routed": 5, "sides": 2}
    return {name: torch.randn(3, 7, size) for name, size in sizes.items()}


CALLS = [
    Call(head_gates, lambda: {**scores(), "n_active": 3}),
    Call(balance_loss, lambda: {"routed": torch.randn(3, 7, 5), "n_active": 3}),
    Call(
        MixtureOfHeads,
        lambda: {"width": 14, "n_shared": 2, "n_routed": 5, "n_active": 3},
        then={"forward": lambda: {"tokens": torch.randn(3, 11, 14)}},
    ),
]
