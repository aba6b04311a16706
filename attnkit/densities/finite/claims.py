"""What is claimed of weights over a finite set, measured."""

import math

import torch

from attnkit.claims import claim
from attnkit.densities.finite import entmax


@claim("one-hot-gap", source="Derived here for the entmax of Peters et al. 2019", computes=entmax)
def one_hot_gap() -> dict[str, float]:
    """Weights of the rivals when the best score leads by the critical gap, and 1 % less."""
    at_gap, below = [], []
    for alpha in (1.25, 1.5, 2.0, 3.0):
        for temperature in (0.5, 1.0, 2.0):
            critical = temperature / (alpha - 1)
            rivals = -torch.arange(256, dtype=torch.float64) / 64
            for gap, found in ((critical, at_gap), (0.99 * critical, below)):
                scores = torch.cat([torch.tensor([gap], dtype=torch.float64), rivals])
                found.append(entmax(scores / temperature, alpha)[1].item())
    far = entmax(torch.tensor([20.0, 0.0], dtype=torch.float64), 1.0)[1].item()
    return {
        "largest at the gap": max(at_gap),
        "smallest 1 % below it": min(below),
        "softmax, gap 20": far,
    }


@claim("no-dispersion", source="Derived here", computes=entmax)
def no_dispersion() -> dict[str, float]:
    """How much the weight of the best key moves when 4,095 rivals 3 below it join the first."""
    one, many = (torch.tensor([3.0] + [0.0] * n, dtype=torch.float64) for n in (1, 4096))
    moved = {
        alpha: abs((entmax(many, alpha)[0] - entmax(one, alpha)[0]).item())
        for alpha in (1.0, 1.5, 2.0)
    }
    return {
        "alpha = 1.5": moved[1.5],
        "alpha = 2": moved[2.0],
        "alpha = 1": moved[1.0],
        "bound on softmax's rivals": 4096 * math.exp(-3) / (1 + 4096 * math.exp(-3)),
        "softmax's rivals": 1 - entmax(many, 1.0)[0].item(),
    }


@claim("power-tail", source="Derived here", computes=entmax)
def power_tail() -> dict[str, float]:
    """Weight of the last of 257 keys at a gap of 10 and of 1,000, and the two bounds."""
    found = {}
    for alpha in (0.5, 0.75, 1.0):
        for gap in (10.0, 1000.0):
            scores = torch.zeros(257, dtype=torch.float64)
            scores[1:] = -gap
            found[f"alpha = {alpha}, gap {gap:g}"] = entmax(scores, alpha)[-1].item()
            if alpha < 1:
                low, high = tail_bounds(gap, alpha, 257)
                found |= {
                    f"  at least, {alpha}, {gap:g}": low,
                    f"  at most, {alpha}, {gap:g}": high,
                }
    return found


def tail_bounds(gap: float, alpha: float, n: int) -> tuple[float, float]:
    """Least and most that a key so far below the best of n may have; alpha below 1."""
    deficit = 1 - alpha
    return tuple((start + deficit * gap) ** (-1 / deficit) for start in (n**deficit, 1.0))
