"""What every form of Hedgehog attention takes, and the features that it makes of it."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range
from attnkit.linear_time.shared.tokens import require_left, require_reached, wide_tokens

__all__ = [
    "Counts",
    "Keys",
    "Projection",
    "Queries",
    "Shift",
    "State",
    "Values",
    "features",
    "mapped",
    "read_of",
]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Projection = Annotated[Float[Tensor, "... row key"], Finite()] | None
State = Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None
Counts = Bool[Tensor, "*batch time"] | None
Shift = Annotated[float, Range(-1e6, 1e6)]
CURE = "give a shift, one for all keys of a head"


def mapped(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | None,
    query_projection: Tensor | None,
    key_projection: Tensor | None,
    shift: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Features of queries and keys that count, and the values, in at least float32."""
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    return *features(queries, keys, query_projection, key_projection, shift), values


def read_of(
    output: Tensor, state: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Output and state; ValueError where tokens count and all their features underflow."""
    counts = None if mask is None else mask.any(-1)
    require_left(state[..., -1], "keys", f"{CURE}, nearer to their largest", counts)
    return output.to(values.dtype), state


def features(
    queries: Tensor,
    keys: Tensor,
    query_projection: Tensor | None,
    key_projection: Tensor | None,
    shift: float,
) -> tuple[Tensor, Tensor]:
    """Features of wide queries, the largest of each at one, and of wide keys, over e^shift."""
    asked = _signs(queries, query_projection, "query_projection")
    kept = _signs(keys, key_projection, "key_projection")
    if asked.shape[-1] != kept.shape[-1]:
        raise ValueError(
            "key_projection must make as many features as query_projection, "
            f"got {kept.shape[-1]} and {asked.shape[-1]}"
        )
    made = (kept - shift).exp()
    require_reached(made, "keys", keys, CURE)
    return (asked - asked.detach().amax(-1, keepdim=True)).exp(), made


def _signs(tokens: Tensor, projection: Tensor | None, name: str) -> Tensor:
    """Both signs of the projected tokens, (..., time, 2 row)."""
    if tokens.shape[-1] == 0:
        raise ValueError(f"queries must have at least one feature, got {tuple(tokens.shape)}")
    if projection is not None:
        _require_projection(projection, tokens, name)
        tokens = tokens @ projection.to(tokens).mT
    return torch.cat([tokens, -tokens], -1)


def _require_projection(projection: Tensor, tokens: Tensor, name: str) -> None:
    """Rows, at least one, and a shape before them that broadcasts to that of the tokens."""
    before, batch = projection.shape[:-2], tokens.shape[:-2]
    sizes = zip(reversed(before), reversed(batch), strict=False)
    if len(before) > len(batch) or any(p not in (1, b) for p, b in sizes):
        raise ValueError(
            f"{name} must broadcast to {(*batch, 'row', 'key')}, got {tuple(projection.shape)}"
        )
    if projection.shape[-2] == 0:
        raise ValueError(f"{name} must have at least one row, got {tuple(projection.shape)}")
