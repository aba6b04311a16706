"""Chains of layers, drawn: what the theory of noise and clean-up is held to."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["chain_strengths", "cleaned_chain"]

Draws = Annotated[int, Range(1, 10**6)]
Pairs = Annotated[int, Range(1, 16384)]
Width = Annotated[int, Range(1, 65536)]
Layers = Annotated[int, Range(1, 1024)]


@checked
def chain_strengths(
    n_draws: Draws,
    n_pairs: Pairs,
    d_key: Width,
    *,
    depth: Layers,
    n_heads: Layers,
    generator: torch.Generator,
) -> Float[Tensor, "layer draw pair"]:
    """The strengths of all items after each layer, when the first is asked for.

    Every layer and head has its own random codes; heads are averaged.
    """
    strengths = torch.zeros(n_draws, n_pairs, dtype=torch.float64, device=generator.device)
    strengths[:, 0] = 1
    layers = []
    for _ in range(depth):
        codes = unit_vectors(n_draws, n_heads, n_pairs, d_key, generator=generator)
        mixed = (codes.mT @ strengths[:, None, :, None]).squeeze(-1)
        strengths = (codes @ mixed[..., None]).squeeze(-1).mean(1)
        layers.append(strengths)
    return torch.stack(layers)


@checked
def cleaned_chain(
    n_draws: Draws, n_pairs: Pairs, d_key: Width, *, depth: Layers, generator: torch.Generator
) -> Float[Tensor, " layer"]:
    """The share of draws still at the right item after each layer, cleaned up by the best fit."""
    item = torch.zeros(n_draws, dtype=torch.long, device=generator.device)
    draws = torch.arange(n_draws, device=generator.device)
    right = []
    for _ in range(depth):
        keys, codes = unit_vectors(2, n_draws, n_pairs, d_key, generator=generator)
        strengths = keys @ keys[draws, item][..., None]
        item = (codes @ (codes.mT @ strengths)).squeeze(-1).argmax(-1)
        right.append((item == 0).double().mean())
    return torch.stack(right)
