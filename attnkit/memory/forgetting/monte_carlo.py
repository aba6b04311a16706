"""The delta rule's errors over random pairs, drawn."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.delta import delta_rule
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["forgetting_error"]

Draws = Annotated[int, Range(1, 10**6)]
Pairs = Annotated[int, Range(1, 16384)]
Width = Annotated[int, Range(1, 65536)]


@checked
def forgetting_error(
    n_draws: Draws,
    n_pairs: Pairs,
    d_key: Width,
    rate: Annotated[float, Range(0.0, 2.0)],
    *,
    generator: torch.Generator,
) -> Float[Tensor, " age"]:
    """The relative error of every pair after one pass of the delta rule, newest first."""
    keys = unit_vectors(n_draws, n_pairs, d_key, generator=generator)
    values = unit_vectors(n_draws, n_pairs, d_key, generator=generator)
    _, state = delta_rule(keys, keys, values, torch.full_like(keys[..., 0], rate))
    return (keys @ state - values).square().sum(-1).mean(0).flip(0)
