"""Traps of chunks and of the state between them: inverses, entry errors, buckets, rounding."""

from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range
from attnkit.memory.linear import linear_attention
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.triangular import unit_lower_inverse
from attnkit.memory.traps.measure import (
    Errors,
    Length,
    Size,
    normal,
    relative,
    require_below,
    require_power_of_two,
    trap,
    unit,
)

__all__ = ["block_shifted_attention", "doubled_series", "entry_errors", "low_precision_state"]


@trap
def doubled_series(correlation: Annotated[float, Range(0.0, 1.0)], *, size: Size = 32) -> Errors:
    """Invert I + L as Π (I + (−L)^(2^i)): exact on paper, useless on correlated keys."""
    require_power_of_two(size)
    keys = correlation**0.5 * unit(1, 64, seed=1) + (1 - correlation) ** 0.5 * unit(size, 64)
    lower = (keys @ keys.mT).tril(-1)
    eye = torch.eye(size)
    product, power = eye - lower, lower @ lower
    for _ in range(size.bit_length() - 2):
        product, power = product @ (eye + power), power @ power
    wanted = torch.linalg.inv((eye + lower).double())
    return {
        "broken": relative(product, wanted),
        "safe": relative(unit_lower_inverse(lower), wanted),
    }


@trap
def low_precision_state(n_tokens: Length) -> Errors:
    """Keep the running state in bfloat16: every small write is rounded against a large sum."""
    keys, values = (normal(n_tokens, 16, seed=s, dtype=torch.bfloat16) for s in (0, 1))
    state = torch.zeros(16, 16, dtype=torch.bfloat16)
    for key, value in zip(keys, values, strict=True):
        state = state + key[:, None] * value
    wanted = keys.double().mT @ values.double()
    safe = linear_attention(keys, keys, values)[1]
    return {"broken": relative(state, wanted), "safe": relative(safe, wanted)}


@trap
def block_shifted_attention(
    position: Annotated[int, Range(0, 4096)], *, bucket: Size = 64
) -> Errors:
    """Let a token see earlier buckets only: fast, causal, and blind to its own bucket.

    Not an error but a delay: tokens until a change at `position` first shows in the output.
    """
    require_below("position", position, 3 * bucket)
    queries, keys, values = (normal(4 * bucket, 8, seed=s) for s in range(3))
    changed = values.clone()
    changed[position] += 1

    def shifted(v: Tensor) -> Tensor:
        sums = (keys[:, :, None] * v[:, None, :]).unflatten(0, (-1, bucket)).sum(1)
        earlier = torch.cat([torch.zeros_like(sums[:1]), sums[:-1]]).cumsum(0)
        return (queries.unflatten(0, (-1, bucket)) @ earlier).flatten(0, 1)

    def delay(attend) -> float:
        differs = (attend(changed) != attend(values)).any(-1)
        return float(differs.nonzero()[0, 0]) - position

    return {
        "broken": delay(shifted),
        "safe": delay(lambda v: linear_attention(queries, keys, v)[0]),
    }


@trap
def entry_errors(chunk_size: Length, *, n_tokens: Length = 64) -> Errors:
    """Take every error of a chunk at the chunk's entry memory: fast, and another algorithm."""
    keys, values = unit(n_tokens, 16).double(), normal(n_tokens, 5, seed=1).double()
    memory = torch.zeros(16, 5, dtype=torch.float64)
    outputs = []
    for k, v in zip(keys.split(chunk_size), values.split(chunk_size), strict=True):
        errors = v - k @ memory
        outputs.append(k @ memory + (k @ k.mT).tril() @ errors)
        memory = memory + k.mT @ errors
    rate, nothing = torch.ones_like(keys[:, 0]), torch.zeros_like(keys[:, 0])
    gates = {"momentum": nothing, "forgetting": nothing}
    wanted, _ = momentum_rule(keys, keys, values, rate, **gates, chunk_size=1)
    safe, _ = momentum_rule(keys, keys, values, rate, **gates, chunk_size=chunk_size)
    return {"broken": relative(torch.cat(outputs), wanted), "safe": relative(safe, wanted)}
