"""What the page on normmax claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.finite import sparsemax
from attnkit.densities.normmax.normmax import normmax_weights

__all__ = ["ends", "normmax_ends"]


@claim("normmax-ends", source="Derived here", computes=normmax_weights)
def normmax_ends() -> dict[str, float]:
    """Largest distance over 200 rows from the best key alone, and from sparsemax's keys alike."""
    return {
        f"alpha = {alpha:g}": distance for alpha, distance in ends((1.001, 1.01, 100.0, 1e4), 0)
    }


def ends(alphas: tuple[float, ...], seed: int) -> list[tuple[float, float]]:
    """For an alpha below 2 the distance from the best key, for one above from equal shares."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(200, 13, generator=generator, dtype=torch.float64)
    best = torch.nn.functional.one_hot(scores.argmax(-1), 13).double()
    kept = (sparsemax(scores) > 0).double()
    even = kept / kept.sum(-1, keepdim=True)
    found = []
    for alpha in alphas:
        moved = (normmax_weights(scores, alpha) - (best if alpha < 2 else even)).abs()
        found.append((alpha, moved.amax(-1).mean().item()))
    return found
