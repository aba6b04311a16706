"""What the page on entropy guidance claims, measured."""

import math

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.concentration.entropy_guided.band import band_penalty, released_band_penalty
from attnkit.concentration.entropy_guided.recorded import charged
from attnkit.diagnostics import entropy

__all__ = ["collapsed_heads_have_no_slope", "entropy_band_edge", "entropy_guided_heads"]


def two_keys(share: float) -> Tensor:
    """Weights (1, 1, 2) of two keys whose entropy is this share of log 2, by bisection."""
    low, high = 1e-15, 0.5
    for _ in range(100):
        middle = (low + high) / 2
        row = torch.tensor([middle, 1 - middle], dtype=torch.float64)
        below = entropy(row).item() < share * math.log(2)
        low, high = (middle, high) if below else (low, middle)
    return torch.tensor([[[low, 1 - low]]], dtype=torch.float64)


@claim("entropy-band-edge", source="Derived here", computes=band_penalty)
def entropy_band_edge() -> dict[str, float]:
    """Both penalties of two keys just inside and outside the band 0.5 ± 0.2."""
    target = torch.tensor([0.5], dtype=torch.float64)
    found = {"(ε log 2)²": (0.2 * math.log(2)) ** 2}
    for name, share in (("inside", 0.7 - 1e-6), ("outside", 0.7 + 1e-6)):
        found[f"band, just {name}"] = band_penalty(two_keys(share), target).item()
        found[f"released, just {name}"] = released_band_penalty(two_keys(share), target).item()
    return found


@claim("entropy-guided-heads", source="Measured here", computes=band_penalty)
def entropy_guided_heads() -> dict[str, float]:
    """Least and largest relative entropy of any head in five recorded seeds, and mean accuracy."""
    found = {}
    for arm, weight in (
        ("none", 0.0),
        ("released, target learned", 1.0),
        ("released, target learned", 10.0),
        ("band, target fixed", 1.0),
        ("band, target fixed", 10.0),
    ):
        cell = charged(arm, weight)
        entropies = [number for seed in cell["entropies"] for number in seed]
        found[f"{arm}, weight {weight:g}: least"] = min(entropies)
        found[f"{arm}, weight {weight:g}: largest"] = max(entropies)
        found[f"{arm}, weight {weight:g}: accuracy"] = sum(cell["accuracy"]) / 5
    return found


@claim("collapsed-heads-have-no-slope", source="Derived here", computes=band_penalty)
def collapsed_heads_have_no_slope() -> dict[str, float]:
    """Size of the penalty's slope in the scores of 16 keys, one of which leads by a gap."""
    found = {}
    for gap in (6.0, 8.0, 16.0):
        scores = torch.zeros(1, 1, 16, dtype=torch.float64)
        scores[..., 0] = gap
        scores.requires_grad_()
        penalty = band_penalty(scores.softmax(-1), torch.tensor([0.5], dtype=torch.float64))
        (slope,) = torch.autograd.grad(penalty.sum(), scores)
        found[f"gap {gap:g}, penalty"] = penalty.item()
        found[f"gap {gap:g}, slope"] = slope.norm().item()
    return found
