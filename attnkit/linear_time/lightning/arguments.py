"""What every form of Lightning attention takes: a decay for each sequence, and wide tokens."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range

__all__ = ["LogDecay", "Sequences", "per_sequence", "sequences"]

AT_ONCE = -1e4
"""A log-decay whose factor is zero in every dtype, while its products with distances are finite."""
LogDecay = Annotated[float, Range(high=0.0)] | Annotated[Float[Tensor, "..."], Range(high=0.0)]


class Sequences(NamedTuple):
    """Queries, keys and values (..., time, feature), and the state that they meet."""

    queries: Tensor
    keys: Tensor
    values: Tensor
    state: Tensor

    @property
    def tokens(self) -> tuple[Tensor, Tensor, Tensor]:
        """The three sequences."""
        return self[:3]

    def between(self, first: int, last: int, state: Tensor) -> "Sequences":
        """Some of the tokens, and the state that these meet."""
        return Sequences(*(t[..., first:last, :] for t in self.tokens), state)


def sequences(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor | None) -> Sequences:
    """At least one token, in at least float32, with a state of zeros where none is given."""
    if keys.shape[-2] == 0:
        raise ValueError(f"queries must hold at least one token, got {tuple(queries.shape)}")
    dtype = torch.promote_types(keys.dtype, torch.float32)
    if state is None:
        state = keys.new_zeros(*keys.shape[:-2], keys.shape[-1], values.shape[-1])
    return Sequences(*(t.to(dtype) for t in (queries, keys, values, state)))


def per_sequence(log_decay: float | Tensor, keys: Tensor) -> Tensor:
    """One log-decay a sequence, (..., 1), in the dtype the keys are computed in."""
    dtype = torch.promote_types(keys.dtype, torch.float32)
    rate = torch.as_tensor(log_decay, dtype=dtype, device=keys.device)
    batch = keys.shape[:-2]
    sizes = zip(reversed(rate.shape), reversed(batch), strict=False)
    if rate.ndim > len(batch) or any(r not in (1, b) for r, b in sizes):
        raise ValueError(
            f"log_decay must broadcast to the shape {tuple(batch)} of the sequences, "
            f"got {tuple(rate.shape)}"
        )
    return rate.clamp_min(AT_ONCE).expand(batch)[..., None]
