"""Which memories there are: every folder's `memories.py` says it of its own, nobody keeps a list.

A `Memory` is met by all tests of memories, its animals by the conditioning laboratory; a `Setting`
by the experiments that measure what it names.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from attnkit.discovery import Declared, layer_files
from attnkit.memory.shared.precision import compute_dtype

__all__ = ["Memory", "Setting", "animals", "memories", "settings"]


@dataclass(frozen=True)
class Memory:
    """A memory: its fast path and the plain loop that defines it.

    Parameters
    ----------
    name : str
        What tests call it.
    fast, plain : callable
        Functions of queries, keys, values and gates that must agree.
    gates : tuple of str
        Among "rate", "log_decay", "channel_log_decay", "momentum" and "forgetting".
    positive : bool
        Whether queries and keys are features of a positive map.
    animals : mapping
        The same rule as animals of the conditioning laboratory, by their names there.
    """

    name: str
    fast: Callable[..., tuple[Tensor, Tensor]]
    plain: Callable[..., tuple[Tensor, Tensor]]
    gates: tuple[str, ...] = ()
    positive: bool = False
    animals: Mapping[str, Any] = field(default_factory=dict)


def _as_they_are(keys: Tensor) -> Tensor:
    return keys


@dataclass(frozen=True)
class Setting:
    """A memory that stores a list of pairs: its gates, the same at every pair.

    Parameters
    ----------
    name, label : str
        What cases and what figures and tables call it.
    memory : Memory
        What stores.
    gates : mapping
        Each gate's value; the rate is a share of the one that corrects a key completely.
    features : callable
        What keys and queries pass through first.
    passes : int
        How often the list is stored.
    measured : tuple of str
        Where it is compared with others: "capacity", "forgetting", "digits".
    """

    name: str
    label: str
    memory: Memory
    gates: Mapping[str, float] = field(default_factory=dict)
    features: Callable[[Tensor], Tensor] = _as_they_are
    passes: int = 1
    measured: tuple[str, ...] = ("capacity", "forgetting")

    def state(self, keys: Tensor, values: Tensor) -> Tensor:
        """What queries read after keys (..., pair, key) and values: (..., feature, value)."""
        keys = torch.cat([self.features(keys)] * self.passes, -2)
        values = torch.cat([values] * self.passes, -2)
        gates = {name: torch.full_like(keys[..., 0], value) for name, value in self.gates.items()}
        if "rate" in gates:
            gates["rate"] = gates["rate"] * _complete_rate(keys)
        _, state = self.memory.fast(keys, keys, values, **gates)
        return state if state.ndim == keys.ndim else state[..., 0, :, :]


def _complete_rate(keys: Tensor) -> Tensor:
    """The rate at which one write corrects its key completely; no write at a key of zeros."""
    power = keys.to(compute_dtype(keys)).square().sum(-1)
    return torch.where(power > 0, power, torch.inf).reciprocal()


def memories() -> dict[str, Memory]:
    """Every memory by its name, in the order of the cards."""
    return _declared(Memory)


def settings(measured: str) -> dict[str, Setting]:
    """Every setting that is measured there, by its name, in the order of the cards."""
    return {n: each for n, each in _declared(Setting).items() if measured in each.measured}


def animals() -> dict[str, Any]:
    """Every memory's animals, by their names."""
    return {name: each for memory in memories().values() for name, each in memory.animals.items()}


def _declared(kind: type) -> dict[str, Any]:
    places = {module: _place(path) for module, path in layer_files("memories").items()}
    found = Declared("memories", kind).modules()
    ordered = sorted(found, key=lambda module: (places[module], module))
    return {thing.name: thing for module in ordered for thing in found[module]}


def _place(path: Path) -> int:
    """The order on the card of the folder that holds this file."""
    return tomllib.loads(path.with_name("card.toml").read_text(encoding="utf-8"))["order"]
