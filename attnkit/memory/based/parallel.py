"""Based as one token × token matrix of weights: exponentials near, Taylor polynomials far."""

import math
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.memory.based.based import State
from attnkit.memory.based.buffer import Buffer, Window, average, buffer_or_empty, split
from attnkit.memory.feature_maps.based import expansion
from attnkit.memory.shared.arguments import finite_tokens, require_finite_results

__all__ = [
    "parallel_based_attention",
    "parallel_window_attention",
]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Counts = Bool[Tensor, "*batch time"]


@checked
def parallel_window_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    window: Window = 64,
    initial_state: Buffer | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch slot key+value+1"]]:
    r"""Mask a whole matrix of scores to a band: what `window_attention` must equal.

    .. math:: A_{ij} = e^{s_{ij}} \text{ for } i - w < j \le i, \text{ else } 0

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
    buffer = buffer_or_empty(initial_state, keys, values, window)
    rows, ages = _rows_and_ages(buffer, keys, values, mask)
    scores, extended = _scores(queries, rows)
    inside = (ages >= 0) & (ages < window)
    sums = torch.where(inside, scores, -torch.inf).exp() @ extended
    output = average(_counted(sums, mask))
    require_finite_results({"output": output}, queries=queries, keys=keys, values=values)
    return output, _newest(rows, ages, window)


@checked
def parallel_based_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    window: Window = 64,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Tensor, Tensor]]:
    r"""Weigh near tokens by exponentials and far ones by Taylor polynomials, in one matrix.

    .. math:: A_{ij} = e^{s_{ij}} \text{ for } i - w < j \le i, \quad
              1 + s_{ij} + s_{ij}^2 / 2 \text{ for } j \le i - w

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
    rows, ages = _rows_and_ages(buffer_or_empty(buffer, keys, values, window), keys, values, mask)
    scores, extended = _scores(queries, rows)
    inside, before = (ages >= 0) & (ages < window), ages >= window
    exact = torch.where(inside, scores, -torch.inf).exp()
    sums = (exact + torch.where(before, 1 + scores + scores**2 / 2, 0.0)) @ extended
    left = before[..., -1, :, None] * expansion("keys", rows[..., : keys.shape[-1]])
    written = left.mT @ extended
    if memory is not None:
        sums, written = sums + expansion("queries", queries) @ memory, written + memory
    results = {"output": average(_counted(sums, mask)), "memory": written}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return results["output"], (written, _newest(rows, ages, window))


def _rows_and_ages(
    buffer: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Buffer and tokens as rows, and how many counted tokens ago each row was, for each query.

    (..., row, key + value + 1) and (..., time, row); −1 for a row that does not count.
    """
    counts = torch.ones_like(keys[..., :1]) if mask is None else mask.to(keys)[..., None]
    rows = torch.cat([buffer, torch.cat([keys, values, counts], -1)], -2)
    held = rows[..., -1]
    order = held.cumsum(-1)
    ages = order[..., -keys.shape[-2] :, None] - order[..., None, :]
    return rows, torch.where(held[..., None, :] > 0, ages, -1.0)


def _scores(queries: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    keys, extended, _ = split(rows, queries.shape[-1])
    return queries @ keys.mT / math.sqrt(max(queries.shape[-1], 1)), extended


def _counted(sums: Tensor, mask: Tensor | None) -> Tensor:
    return sums if mask is None else sums * mask[..., None]


def _newest(rows: Tensor, ages: Tensor, window: int) -> Tensor:
    """The buffer after the last token: the rows that its query sees, behind empty slots."""
    seen = (ages[..., -1, :] >= 0) & (ages[..., -1, :] < window)
    order = seen.long().argsort(dim=-1, stable=True)[..., -window:]
    kept = rows * seen[..., None]
    return kept.gather(-2, order[..., None].expand(*order.shape, rows.shape[-1]))
