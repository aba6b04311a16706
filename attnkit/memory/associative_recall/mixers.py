"""Every memory whose card says what it reads, and softmax, to be trained: nobody keeps a list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import torch
from torch import Tensor, nn

from attnkit.cards import cards, mechanisms
from attnkit.cards.mechanism import TokenMap
from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features

__all__ = ["Mixer", "mixers"]


class _Each(nn.Module):
    """A function of queries and of keys as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]):
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


MAPS: dict[str, Callable[[int], nn.Module]] = {
    "elu + 1": lambda d_key: _Each(elu_plus_one),
    "ReLU": lambda d_key: _Each(relu_features),
    "Hedgehog": SharpMap,
}
"""What a memory of positive features is trained behind."""

ENDS = {
    "rate": (0.0, 1.0),
    "log_decay": (-1.0, 0.0),
    "momentum": (0.0, 1.0),
    "forgetting": (0, 0.5),
}
"""Between which numbers a model may choose a gate; others' are those of their card."""


@dataclass(frozen=True)
class Mixer:
    """A memory of one width to be trained: queries, keys, values and chances to a read and a state.

    Parameters
    ----------
    name : str
        What cases and the figure call it.
    read : callable
        `read(queries, keys, values, **gates, **settings)`, output and state.
    d_key : int
        Width of queries and keys.
    gates : mapping
        The ends of each gate.
    settings : mapping
        Keywords of every call.
    make_features : callable
        From the width to the module that queries and keys pass through.
    unit : bool
        Whether queries and keys have length one: where weights have no sum of one.
    kept : str
        The formula of the numbers it keeps, as its card has it.
    """

    name: str
    read: Callable
    d_key: int = 8
    gates: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    make_features: Callable[[int], nn.Module] = lambda d_key: nn.Identity()
    unit: bool = False
    kept: str = "n * (d_key + d_value)"

    def __call__(self, queries: Tensor, keys: Tensor, values: Tensor, chances: Tensor) -> tuple:
        ends = self.gates.items()
        named = {name: a + (b - a) * chances[..., i] for i, (name, (a, b)) in enumerate(ends)}
        return self.read(queries, keys, values, **named, **self.settings)


def softmax_attention(queries: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, tuple]:
    """Causal softmax attention, which keeps every key and value."""
    scores = queries @ keys.mT / keys.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -torch.inf).softmax(-1) @ values, (keys, values)


@cache
def mixers() -> dict[str, Mixer]:
    """Softmax, and what every card of the room reads, behind each map where it needs one."""
    found = [Mixer("softmax attention", softmax_attention)]
    for card in cards():
        if card.room == "memory":
            for mechanism in mechanisms(card):
                found += _of(mechanism) if isinstance(mechanism, TokenMap) else []
    return {mixer.name: mixer for mixer in found}


def _of(mechanism: TokenMap) -> list[Mixer]:
    ends = {name: ENDS.get(name, tuple(ends)) for name, ends in mechanism.gates.items()}
    common = {"read": mechanism.function, "gates": ends, "settings": dict(mechanism.settings)}
    common["kept"] = mechanism.laws["state"]
    if mechanism.positive:
        return [Mixer(name, **common, make_features=MAPS[name]) for name in MAPS]
    return [Mixer(mechanism.name, **common, unit=mechanism.laws.get("sums_to") != "one")]
