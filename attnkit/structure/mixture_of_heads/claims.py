"""What the page on mixtures of heads claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.structure.mixture_of_heads.experiments import kept
from attnkit.structure.mixture_of_heads.gates import head_gates
from attnkit.structure.mixture_of_heads.recorded import moved

__all__ = ["gates_are_one", "routing"]


@claim("mean-gate-is-one", source="Jin et al. 2024, authors' code", computes=head_gates)
def gates_are_one() -> dict[str, float]:
    """Sums of the gates of 2 shared heads and 4 of 6 routed ones, with even and uneven sides."""
    generator = torch.Generator().manual_seed(0)

    def drawn(size: int) -> torch.Tensor:
        return 3 * torch.randn(100, size, generator=generator, dtype=torch.float64)

    shared, routed, uneven = drawn(2), drawn(6), drawn(2)
    even, tilted = (
        head_gates(shared, routed, sides, n_active=4).sum(-1)
        for sides in (torch.zeros_like(uneven), uneven)
    )
    zeros = [torch.zeros_like(part) for part in (shared, routed, uneven)]
    return {
        "even sides, furthest from 6": (even - 6).abs().max().item(),
        "uneven sides, furthest from 6": (tilted - 6).abs().max().item(),
        "zero routers, all on, furthest from one": (head_gates(*zeros, n_active=6) - 1)
        .abs()
        .max()
        .item(),
    }


@claim("tokens-choose-heads", source="Measured here on one six-layer encoder", computes=kept)
def routing() -> dict[str, float]:
    """Recorded: mean 1 − cosine over thirty passages, by way of choosing and heads kept."""
    return {
        f"{name}, {n} of 12": float(rows[:, place].mean())
        for name, rows in moved().items()
        for place, n in enumerate((9, 6, 3))
    }
