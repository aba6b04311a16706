"""What the page on sigmoid attention claims, measured."""

import math

import torch
from torch import Tensor
from torch.func import jacrev, vmap

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.normalisation.sigmoid.sigmoid import sigmoid_weights

__all__ = ["sigmoid_row_sum", "sigmoid_slope"]

SOURCE = "Derived here for the weights of Ramapuram et al. 2024, equation 3"


def normal_rows(n_rows: int, n_keys: int, spread: float, *, seed: int) -> Tensor:
    """Rows of independent normal scores."""
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(n_rows, n_keys, generator=generator, dtype=torch.float64)


@claim("sigmoid-row-sum", source=SOURCE, computes=sigmoid_weights)
def sigmoid_row_sum() -> dict[str, float]:
    """Mean sum of 1,000 rows of scores of spread 1, and the bound that it approaches."""
    sums = {
        f"n = {n}": sigmoid_weights(normal_rows(1000, n, 1.0, seed=0)).sum(-1).mean().item()
        for n in (64, 512, 4096)
    }
    return sums | {"bound": math.exp(0.5)}


@claim("sigmoid-slope", source=SOURCE, computes=sigmoid_weights)
def sigmoid_slope() -> dict[str, float]:
    """Spectral norms of the rows' Jacobians: the largest found, and the mean of 100 random rows."""
    norms = {}
    for name, weigh in (("softmax", softmax), ("sigmoid", sigmoid_weights)):
        steepest = slopes(weigh, torch.tensor([[0.0, 0.0, -50.0]], dtype=torch.float64))
        if weigh is sigmoid_weights:
            steepest = slopes(weigh, torch.full((1, 3), math.log(3), dtype=torch.float64))
        norms[f"{name}, largest"] = steepest.item()
        norms[f"{name}, mean at spread 1"] = (
            slopes(weigh, normal_rows(100, 64, 1.0, seed=1)).mean().item()
        )
    return norms


def slopes(weigh, rows: Tensor) -> Tensor:
    """For each row the spectral norm of the derivative of its weights by its scores."""
    return torch.linalg.matrix_norm(vmap(jacrev(weigh))(rows), ord=2)
