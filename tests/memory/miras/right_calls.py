"""Right calls of Miras, for `tests.fuzz`."""

import torch

from attnkit.memory import miras
from attnkit.memory.titans import deep_memory
from tests.fuzz import Call


def network():
    """A memory of two layers."""
    drawn = deep_memory(3, 7, 5, generator=torch.Generator().manual_seed(0))
    return miras.NetworkMemory(drawn)


def tokens():
    """Queries, keys, values, rates and forgetting of two sequences."""
    queries, keys = torch.rand(2, 2, 7, 3)
    rate, forgetting = torch.rand(2, 2, 7) / 2
    given = {"queries": queries, "keys": keys, "values": torch.randn(2, 7, 5)}
    mask = torch.ones(2, 7, dtype=torch.bool)
    rule = miras.yaad(network(), 0.5)
    return given | {"rate": rate, "forgetting": forgetting, "mask": mask, "rule": rule}


CALLS = [
    Call(miras.online_memory, tokens, means={"mask": {"none"}, "forgetting": {"none"}}),
    Call(miras.PowerError, lambda: {"p": 3.0}),
    Call(miras.HuberError, lambda: {"delta": 0.5}),
    Call(miras.LqRetention, lambda: {"q": 4.0}),
    Call(miras.KLRetention, lambda: {"total": 2.0}),
    Call(miras.Momentum, lambda: {"eta": 0.5}),
    Call(miras.NetworkMemory, lambda: {"first": network().first}),
    Call(
        miras.Rule,
        lambda: {
            "memory": network(),
            "loss": miras.SquaredError(),
            "retention": miras.Decay(),
            "optimiser": miras.GradientStep(),
        },
    ),
    Call(miras.titans, lambda: {"memory": network(), "momentum": 0.5}),
    Call(miras.moneta, lambda: {"memory": network(), "p": 3.0, "q": 4.0}),
    Call(miras.yaad, lambda: {"memory": network(), "delta": 0.5}),
    Call(miras.memora, lambda: {"memory": network(), "total": 2.0}),
]
