"""Store pairs, ask for every one of them: the memories of this room as recall functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.linear.memories import LINEAR
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.shared.precision import compute_dtype, product
from attnkit.memory.shared.records import Setting, settings

__all__ = ["MEMORIES", "hebbian_memory", "item_accuracy", "recall_of", "softmax_memory"]

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
def hebbian_memory(feature_map: Callable[[Tensor], Tensor]) -> Recall:
    """Make a memory that sums pairs behind a feature map, a trained one say.

    Parameters
    ----------
    feature_map : callable
        Such as `attnkit.memory.elu_plus_one`.

    Returns
    -------
    recall : callable
        Of queries, keys and values, (..., query, key), (..., pair, key) and (..., pair, value).

    Raises
    ------
    TypeError
        If the map is no function.
    """
    return recall_of(Setting("behind a map", "Hebb", LINEAR, features=feature_map))


def recall_of(setting: Setting) -> Recall:
    """What a setting gives back of the pairs it has stored."""

    @checked
    def recall(queries: Queries, keys: Keys, values: Values) -> Reads:
        return _read(setting.features(queries), setting.state(keys, values), values)

    return recall


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


@dataclass(frozen=True)
class _Named:
    """A recall function and what it is called in a figure."""

    label: str
    recall: Recall


MEMORIES: dict[str, _Named] = {
    name: _Named(setting.label, recall_of(setting))
    for name, setting in settings("capacity").items()
} | {"softmax": _Named("softmax", softmax_memory)}


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
    return (
        best == torch.arange(values.shape[-2], device=values.device)
    ).sum().item() / best.numel()
