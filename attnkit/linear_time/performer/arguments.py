"""What every form of Performer's attention takes, and the features that it makes of it."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range
from attnkit.linear_time.performer.directions import orthogonal_directions
from attnkit.linear_time.performer.features import log_features
from attnkit.linear_time.shared.tokens import require_left, require_reached, wide_tokens

__all__ = [
    "Counts",
    "Directions",
    "Keys",
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
Directions = Annotated[Float[Tensor, "direction key"], Range(-1e6, 1e6)] | None
State = Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None
Counts = Bool[Tensor, "*batch time"] | None
Shift = Annotated[float, Range(-1e6, 1e6)]
N_DIRECTIONS = 64
CURE = "give a shift, one for all keys of a head"


def mapped(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | None,
    directions: Tensor | None,
    shift: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Features of queries and keys that count, and the values, in at least float32."""
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    return *features(queries, keys, directions, shift), values


def read_of(
    output: Tensor, state: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Output and state; ValueError where tokens count and all their features underflow."""
    counts = None if mask is None else mask.any(-1)
    require_left(state[..., -1], "keys", f"{CURE}, below zero for long ones", counts)
    return output.to(values.dtype), state


def features(
    queries: Tensor, keys: Tensor, directions: Tensor | None, shift: float
) -> tuple[Tensor, Tensor]:
    """Features of wide queries, the largest of each at one, and of wide keys, over e^shift."""
    d_key = keys.shape[-1]
    if d_key == 0:
        raise ValueError(f"queries must have at least one feature, got {tuple(queries.shape)}")
    if directions is None:
        generator = torch.Generator().manual_seed(0)
        directions = orthogonal_directions(N_DIRECTIONS, d_key, generator=generator)
    directions = directions.to(keys)
    asked = log_features(queries / d_key**0.25, directions, "queries")
    kept = (log_features(keys / d_key**0.25, directions, "keys") - shift).exp()
    require_reached(kept, "keys", keys, CURE)
    return (asked - asked.detach().amax(-1, keepdim=True)).exp(), kept
