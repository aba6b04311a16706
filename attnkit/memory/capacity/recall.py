"""Store pairs, ask for every one of them: the memories of this room as recall functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.delta import delta_rule
from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features
from attnkit.memory.linear import linear_attention
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.shared.precision import compute_dtype, product

__all__ = ["MEMORIES", "delta_memory", "hebbian_memory", "item_accuracy", "softmax_memory"]

Recall = Callable[[Tensor, Tensor, Tensor], Tensor]
Queries = Annotated[Float[Tensor, "*list query key"], Finite()]
Keys = Annotated[Float[Tensor, "*list pair key"], Finite(), Like("queries")]
Values = Annotated[Float[Tensor, "*list pair value"], Finite(), Like("queries")]
Reads = Float[Tensor, "*list query value"]


def _read(queries: Tensor, state: Tensor, like: Tensor) -> Tensor:
    """What the state answers, in the dtype of what was stored."""
    reads = product(queries.to(state.dtype), state).to(like.dtype)
    require_finite_results({"the read": reads}, queries=queries, values=like)
    return reads


@checked
def hebbian_memory(feature_map: Callable[[Tensor], Tensor] = lambda x: x) -> Recall:
    """Make a memory that sums pairs behind a feature map.

    Parameters
    ----------
    feature_map : callable
        Such as `attnkit.memory.elu_plus_one`; the identity if none is given.

    Returns
    -------
    recall : callable
        Of queries, keys and values, (..., query, key), (..., pair, key) and (..., pair, value).
    """

    @checked
    def recall(queries: Queries, keys: Keys, values: Values) -> Reads:
        features = feature_map(keys)
        _, state = linear_attention(features, features, values)
        return _read(feature_map(queries), state, values)

    return recall


def _unit_gain(keys: Tensor) -> Tensor:
    """The rate at which one write corrects its key completely; no write at a key of zeros."""
    power = keys.to(compute_dtype(keys)).square().sum(-1)
    return torch.where(power > 0, power, torch.inf).reciprocal()


@checked
def delta_memory(
    rate: Annotated[float, Range(0.0, 2.0)] = 1.0,
    *,
    log_decay: Annotated[float, Range(high=0.0)] = 0.0,
) -> Recall:
    """Make a memory that writes a share of each error, with or without decay.

    Parameters
    ----------
    rate : float
        The share, in [0, 2]; 1 corrects a key completely.
    log_decay : float
        At most 0, the same at every pair.

    Returns
    -------
    recall : callable
        As of `hebbian_memory`.

    Raises
    ------
    ValueError
        A rate or log-decay out of range.
    """

    @checked
    def recall(queries: Queries, keys: Keys, values: Values) -> Reads:
        gate = torch.full_like(keys[..., 0], log_decay)
        _, state = delta_rule(keys, keys, values, rate * _unit_gain(keys), log_decay=gate)
        return _read(queries, state, values)

    return recall


@checked
def _momentum_memory(queries: Queries, keys: Keys, values: Values) -> Reads:
    gates = {
        "momentum": torch.full_like(keys[..., 0], 0.5),
        "forgetting": torch.zeros_like(keys[..., 0]),
    }
    _, state = momentum_rule(keys, keys, values, 0.5 * _unit_gain(keys), **gates)
    return _read(queries, state[..., 0, :, :], values)


def _replayed_memory(queries: Queries, keys: Keys, values: Values) -> Reads:
    """The delta rule after thirty passes over the list."""
    keys, values = (torch.cat([t] * 30, -2) for t in (keys, values))
    return delta_memory()(queries, keys, values)


@checked
def softmax_memory(queries: Queries, keys: Keys, values: Values) -> Reads:
    r"""Read by softmax attention over all pairs, scores over √d: nothing is summed into a state.

    .. math:: o = \operatorname{softmax}(q K^\top / \sqrt d)\, V

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "..."]
        (..., query, key), (..., pair, key) and (..., pair, value).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or infinity, dtypes that differ.
    """
    q, k, v = (t.to(compute_dtype(t)) for t in (queries, keys, values))
    scores = product(q, k.mT) / max(k.shape[-1], 1) ** 0.5
    reads = product(scores.softmax(-1), v).to(values.dtype)
    require_finite_results({"the read": reads}, queries=queries, keys=keys, values=values)
    return reads


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


@checked
def item_accuracy(
    reads: Annotated[Float[Tensor, "*list pair value"], Finite()],
    values: Annotated[Float[Tensor, "*list pair value"], Finite(), Like("reads")],
) -> float:
    """Return the share of reads that lie nearest, by inner product, to the value stored with them.

    Values of equal length are taken for granted.

    Parameters
    ----------
    reads, values : Float[Tensor, "*list pair value"]
        What came back and what was stored, pair by pair; at least one pair.

    Raises
    ------
    ValueError, TypeError
        Shapes or dtypes that differ, no pair, NaN or infinity.
    """
    if reads.shape[:-1].numel() == 0:
        raise ValueError(f"reads must hold at least one pair, got shape {tuple(reads.shape)}")
    reads, values = (t.to(compute_dtype(t)) for t in (reads, values))
    scores = product(reads, values.mT)
    require_finite_results({"their product": scores}, reads=reads, values=values)
    best = scores.argmax(-1)
    return (best == torch.arange(values.shape[-2], device=values.device)).double().mean().item()
