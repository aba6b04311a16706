"""What the page on alpha-ReLU claims, measured."""

import math

import torch

from attnkit.claims import claim
from attnkit.densities.alpha_relu.alpha_relu import alpha_relu_weights

__all__ = ["LENGTHS", "row_sum", "slope", "sums"]

LENGTHS = (16, 64, 256, 1024, 4096)


@claim("alpha-relu-row-sum", source="Derived here", computes=alpha_relu_weights)
def row_sum() -> dict[str, float]:
    """Mean sum of rows of normal scores at a fixed threshold, and its slope in log n."""
    found = sums(1.06, seed=0)
    table = {f"n = {n}": total for n, total in zip(LENGTHS, found, strict=True)}
    return table | {"slope": slope(found), "slope, threshold 0": slope(sums(0.0, seed=0))}


def sums(threshold: float, *, seed: int) -> list[float]:
    """The mean sum at each length, over 2^19 scores."""
    generator = torch.Generator().manual_seed(seed)
    rows = (torch.randn(2**19 // n, n, generator=generator) for n in LENGTHS)
    return [alpha_relu_weights(row, 1.5, threshold).sum(-1).mean().item() for row in rows]


def slope(totals: list[float]) -> float:
    """Of the logarithm of the sum between the first length and the last."""
    return math.log(totals[-1] / totals[0]) / math.log(LENGTHS[-1] / LENGTHS[0])
