"""Store pairs, ask for every one of them: the memories of this room as recall functions."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.memory.delta import delta_rule
from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features
from attnkit.memory.linear import linear_attention
from attnkit.memory.momentum import momentum_rule

__all__ = ["MEMORIES", "delta_memory", "hebbian_memory", "item_accuracy", "softmax_memory"]

Recall = Callable[[Tensor, Tensor, Tensor], Tensor]


def hebbian_memory(feature_map: Callable[[Tensor], Tensor] = lambda x: x) -> Recall:
    """A memory that sums pairs behind a feature map."""

    def recall(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        features = feature_map(keys)
        _, state = linear_attention(features, features, values)
        return feature_map(queries) @ state

    return recall


def _unit_gain(keys: Tensor) -> Tensor:
    """The rate at which one write corrects its key completely."""
    return keys.square().sum(-1).reciprocal()


def delta_memory(rate: float = 1.0, *, log_decay: float = 0.0) -> Recall:
    """A memory that writes a share of each error, with or without decay."""

    def recall(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        gate = torch.full_like(keys[..., 0], log_decay)
        _, state = delta_rule(keys, keys, values, rate * _unit_gain(keys), log_decay=gate)
        return queries @ state

    return recall


def _momentum_memory(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    gates = {
        "momentum": torch.full_like(keys[..., 0], 0.5),
        "forgetting": torch.zeros_like(keys[..., 0]),
    }
    _, state = momentum_rule(keys, keys, values, 0.5 * _unit_gain(keys), **gates)
    return queries @ state[..., 0, :, :]


def _replayed_memory(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """The delta rule after thirty passes over the list."""
    keys, values = (torch.cat([t] * 30, -2) for t in (keys, values))
    return delta_memory()(queries, keys, values)


def softmax_memory(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Softmax attention over all pairs, scores over √d: nothing is summed into a state."""
    return (queries @ keys.mT / keys.shape[-1] ** 0.5).softmax(-1) @ values


def _sharp_memory(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    return hebbian_memory(SharpMap(keys.shape[-1]).to(keys))(queries, keys, values)


@dataclass(frozen=True)
class _Named:
    """A recall function and what it is called in a figure."""

    label: str
    recall: Recall


MEMORIES: dict[str, _Named] = {
    "hebb": _Named("Hebb", hebbian_memory()),
    "elu": _Named("Hebb, elu + 1", hebbian_memory(elu_plus_one)),
    "relu": _Named("Hebb, ReLU", hebbian_memory(relu_features)),
    "sharp": _Named("Hebb, sharp map", _sharp_memory),
    "taylor": _Named("Hebb, second order", hebbian_memory(taylor_features)),
    "delta": _Named("delta, one pass", delta_memory()),
    "gated-delta": _Named("delta, decay 0.99", delta_memory(log_decay=-0.01)),
    "momentum": _Named("delta, momentum ½", _momentum_memory),
    "replayed": _Named("delta, thirty passes", _replayed_memory),
    "softmax": _Named("softmax", softmax_memory),
}


def item_accuracy(
    reads: Float[Tensor, "*list pair value"], values: Float[Tensor, "*list pair value"]
) -> float:
    """The share of reads that lie nearest, by inner product, to the value stored with them.

    Values of equal length are taken for granted.
    """
    best = (reads @ values.mT).argmax(-1)
    return (best == torch.arange(values.shape[-2], device=values.device)).double().mean().item()
