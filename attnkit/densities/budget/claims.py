"""What the page on a budget of keys claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.budget.budget import budget_weights

__all__ = ["best_k", "distance"]


@claim("budget-best-keys", source="Derived here", computes=budget_weights)
def best_k() -> dict[str, float]:
    """Largest distance from the best three keys taken whole, by the gap below the third."""
    return {
        f"alpha = {alpha:g}, gap {gap:g}/(α − 1)": distance(alpha, gap / (alpha - 1), 3, seed=0)
        for alpha in (1.5, 2.0)
        for gap in (0.9, 1.0)
    }


def distance(alpha: float, gap: float, k: int, *, seed: int) -> float:
    """Over 200 rows of k keys, and thirteen at this gap below the least of them or further."""
    generator = torch.Generator().manual_seed(seed)
    above = torch.rand(200, k, generator=generator, dtype=torch.float64)
    below = torch.rand(200, 13, generator=generator, dtype=torch.float64)
    below[:, 0] = 0.0
    above = above - above.amin(-1, keepdim=True)
    weights = budget_weights(torch.cat([above, -gap - below], -1), float(k), alpha)
    return (1 - weights[:, :k]).max().item()
