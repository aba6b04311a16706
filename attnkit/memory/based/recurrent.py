"""The loops of Based: a token enters the buffer, the oldest leaves it for the memory."""

import math
from collections.abc import Iterator
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.memory.based.based import State
from attnkit.memory.based.buffer import Buffer, Window, average, buffer_or_empty, split
from attnkit.memory.feature_maps.based import expansion
from attnkit.memory.shared.arguments import finite_tokens, require_finite_results
from attnkit.memory.shared.recurrent import each_token, outer, read

__all__ = [
    "recurrent_based_attention",
    "recurrent_window_attention",
]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Counts = Bool[Tensor, "*batch time"]


@checked
def recurrent_window_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    window: Window = 64,
    initial_state: Buffer | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch slot key+value+1"]]:
    r"""Keep the last w pairs and read them by softmax: what `window_attention` must equal.

    .. math:: o_t = \sum_{j \in \text{buffer}} \operatorname{softmax}_j(q_t \cdot k_j / \sqrt d)\,
              v_j

    Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `window_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Arora et al. 2024 (Based).
    """
    queries, keys, values = finite_tokens(queries, keys, values, mask)
    buffer, outputs = buffer_or_empty(initial_state, keys, values, window), []
    for q, pair, counts in _steps(queries, keys, values, mask):
        buffer = torch.where(counts[..., None], _pushed(buffer, pair), buffer)
        weights, rows = _exponentials(buffer, q)
        outputs.append(torch.where(counts, average(read(rows, weights)), 0.0))
    results = {"output": torch.stack(outputs, -2), "state": buffer}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return results["output"], buffer


@checked
def recurrent_based_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    window: Window = 64,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Tensor, Tensor]]:
    r"""Push each pair into the buffer and the oldest into the memory, and read both as one sum.

    .. math:: [S\; z] \leftarrow [S\; z] + \phi(k_{t-w})\, [v_{t-w}\; 1]^\top, \qquad
              o_t = \frac{\sum_{j>t-w} e^{s_{tj}} v_j + S^\top \phi(q_t)}
                         {\sum_{j>t-w} e^{s_{tj}} + z^\top \phi(q_t)}

    The definition that `based_attention` must equal, exponentials and all: no largest score is
    subtracted. Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `based_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Arora et al. 2024 (Based) and Zhang et al. 2024 (LoLCATs), put together here.
    """
    queries, keys, values = finite_tokens(queries, keys, values, mask)
    memory, buffer = initial_state or (None, None)
    buffer, outputs = buffer_or_empty(buffer, keys, values, window), []
    if memory is None:
        features = expansion("keys", keys[..., 0, :])
        memory = outer(0 * features, torch.zeros_like(buffer[..., 0, keys.shape[-1] :]))
    for q, pair, counts in _steps(queries, keys, values, mask):
        oldest, value, held = split(buffer[..., :1, :], keys.shape[-1])
        written = outer(expansion("keys", oldest[..., 0, :]) * held, value[..., 0, :])
        memory = torch.where(counts[..., None], memory + written, memory)
        buffer = torch.where(counts[..., None], _pushed(buffer, pair), buffer)
        weights, rows = _exponentials(buffer, q)
        sums = read(rows, weights) + read(memory, expansion("queries", q))
        outputs.append(torch.where(counts, average(sums), 0.0))
    results = {"output": torch.stack(outputs, -2), "memory": memory, "buffer": buffer}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return results["output"], (memory, buffer)


def _steps(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Iterator:
    """Query, pair [key, value, 1] and whether it counts, token after token."""
    ones = torch.ones_like(keys[..., :1])
    counts = ones > 0 if mask is None else mask[..., None]
    return each_token(queries, torch.cat([keys, values, ones], -1), counts)


def _pushed(buffer: Tensor, pair: Tensor) -> Tensor:
    """The buffer without its oldest row, and the pair as its newest."""
    return torch.cat([buffer[..., 1:, :], pair[..., None, :]], -2)


def _exponentials(buffer: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
    """e^s for each row that holds a pair, and the rows' values with a one beside them."""
    keys, values, held = split(buffer, query.shape[-1])
    scores = (keys * query[..., None, :]).sum(-1) / math.sqrt(max(query.shape[-1], 1))
    return scores.exp() * held, values
