"""Right calls of graph-aware attention, for `tests.fuzz`."""

import torch

from attnkit.structure.graph_aware import isomorphic_aggregate
from tests.fuzz import Call

CALLS = [
    Call(
        isomorphic_aggregate,
        lambda: {
            "weights": torch.rand(2, 5, 5),
            "values": torch.randn(2, 5, 3),
            "epsilon": 0.5,
        },
    ),
]
