"""What the page on hard retrieval claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities.hard_retrieval.hard_retrieval import hard_weights, sampled_weights

__all__ = ["mean_of_draws", "measured"]

N_DRAWS = 20_000


@claim("mean-of-draws", source="Derived here, after Xu et al. 2020", computes=sampled_weights)
def mean_of_draws() -> dict[str, float]:
    """Mean of 20,000 drawn readouts, and the best key's, by their distance from softmax's."""
    return measured(seed=0)


def measured(*, seed: int) -> dict[str, float]:
    """Of one row of 13 keys drawn by the seed, and the four deviations that the mean stays in."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(13, generator=generator, dtype=torch.float64)
    values = torch.randn(13, 5, generator=generator, dtype=torch.float64)
    wanted = scores.softmax(-1) @ values
    drawn = sampled_weights(scores.expand(N_DRAWS, 13), generator=generator) @ values
    deviation = drawn.std(0).norm().item()
    return {
        "mean of draws": (drawn.mean(0) - wanted).norm().item(),
        "four deviations of it": 4 * deviation / N_DRAWS**0.5,
        "best key": (hard_weights(scores) @ values - wanted).norm().item(),
    }
