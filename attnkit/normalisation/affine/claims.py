"""What the page on affine-scaled attention claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.normalisation.affine.affine import affine_weights

__all__ = ["affine_sum"]


def drawn(n_rows: int, n_keys: int, *, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores of spread two (row, key), and scales (row, 1) between zero and one."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(n_rows, n_keys, generator=generator, dtype=torch.float64)
    return scores, torch.rand(n_rows, 1, generator=generator, dtype=torch.float64)


@claim(
    "affine-sum",
    source="Derived here for Bae et al. 2026, equations 6 to 9",
    computes=affine_weights,
)
def affine_sum() -> dict[str, float]:
    """4,096 rows of 64 scores, scales drawn from [0, 1], under their mean scale and under one."""
    scores, scale = drawn(4096, 64, seed=0)
    mean = scale.mean().item()
    weights = affine_weights(scores, scale, mean)
    above = affine_weights(scores, scale, 1.0)
    return {
        "mean scale": mean,
        "furthest sum from it": (weights.sum(-1) - mean).abs().max().item(),
        "share of negative weights": (weights < 0).double().mean().item(),
        "the same, mean scale one": (above < 0).double().mean().item(),
    }
