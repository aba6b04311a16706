"""Right calls of Titans, for `tests.fuzz`."""

import torch

from attnkit.memory import titans
from attnkit.memory.titans.orders import ORDERS, small_context, who_hears_whom
from tests.fuzz import Call

OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}


def chance():
    """A fresh generator."""
    return torch.Generator().manual_seed(0)


def memory():
    """Weights of two layers."""
    return titans.deep_memory(3, 7, 5, generator=chance())


def state():
    """The same in single precision, of two sequences."""
    return titans.at_rest(tuple(w.float().expand(2, -1, -1).clone() for w in memory()))


def tokens():
    """Queries, keys, values and gates of two sequences."""
    queries, keys = torch.rand(2, 2, 7, 3)
    rate, momentum, forgetting = torch.rand(3, 2, 7) / 2
    gates = {"rate": rate, "momentum": momentum, "forgetting": forgetting}
    return {"queries": queries, "keys": keys, "values": torch.randn(2, 7, 5), **gates}


def layer():
    """A small layer."""
    return {"width": 6, "n_heads": 2, "hidden": 5, "chunk_size": 3, "generator": chance()}


def attention():
    """A small context."""
    return {"width": 6, "n_heads": 2, "n_persistent": 2, "window": 4, "generator": chance()}


def parts():
    """What the architectures are made of."""
    made = titans.TitansMemory(**layer()), titans.ContextAttention(**attention())
    return dict(zip(("memory", "attention"), made, strict=True))


READ = {"forward": lambda: {"tokens": torch.randn(2, 7, 6)}}
CALLS = [
    *(
        Call(
            function,
            lambda: (
                tokens()
                | {"chunk_size": 4, "initial_state": state()}
                | {"mask": torch.ones(2, 7, dtype=torch.bool)}
            ),
            means=OPTIONAL,
        )
        for function in (titans.neural_memory, titans.recurrent_neural_memory)
    ),
    Call(
        lambda generator: titans.deep_memory(3, 5, generator=generator),
        lambda: {"generator": chance()},
        name="deep_memory",
    ),
    Call(titans.at_rest, lambda: {"memory": memory()}),
    Call(
        titans.read_memory,
        lambda: {"queries": torch.randn(7, 3, dtype=torch.float64), "memory": memory()},
    ),
    Call(titans.TitansMemory, layer, then=READ),
    Call(titans.ContextAttention, attention, then=READ),
    Call(titans.MemoryAsContext, lambda: parts() | {"segment": 4}, then=READ),
    Call(titans.MemoryAsGate, parts, then=READ),
    Call(titans.MemoryAsLayer, parts, then=READ),
    Call(
        who_hears_whom,
        lambda: {
            "order": ORDERS["update first"],
            "mac": small_context(2),
            "tokens": torch.randn(4, 8, dtype=torch.float64),
        },
    ),
]
