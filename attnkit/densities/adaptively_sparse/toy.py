"""Two heads that want opposite things of the same scores: the best key, and all keys alike."""

import torch
from torch import Tensor
from torch.nn.functional import normalize, one_hot

__all__ = ["N_KEYS", "WANTED", "cosines", "risk"]

N_KEYS, WIDTH = 16, 8
WANTED = ("best key", "mean")


def cosines(n_rows: int, generator: torch.Generator) -> Tensor:
    """Cosines (row, key) of a query and sixteen keys, all drawn on a sphere."""
    query = normalize(torch.randn(n_rows, 1, WIDTH, generator=generator), dim=-1)
    keys = normalize(torch.randn(n_rows, N_KEYS, WIDTH, generator=generator), dim=-1)
    return (query * keys).sum(-1)


def risk(weights: Tensor, scores: Tensor, wanted: str) -> Tensor:
    """Mean squared error of a readout of independent values of variance one, over rows.

    It is the squared distance of the weights to those that are wanted.
    """
    even = torch.full_like(weights, 1 / weights.shape[-1])
    best = one_hot(scores.argmax(-1), weights.shape[-1]).to(weights.dtype)
    target = best if wanted == "best key" else even
    return (weights - target).square().sum(-1).mean(-1)
