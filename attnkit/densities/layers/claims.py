"""What is claimed of continuous attention layers, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.layers import ContinuousAttention, Unimodal, bounded, unbounded
from attnkit.densities.recorded import Difference, accuracies, paired_difference


def _wave(times: Tensor) -> Tensor:
    return (7 * times).sin() + times.exp()


@claim("dead-heads", source="Derived here", computes=ContinuousAttention)
def dead_heads() -> dict[str, float]:
    """Largest slope of the context in the parameters, for a location parameter of 2."""
    measured = {}
    for name, location in (("unconstrained", unbounded), ("bounded", bounded)):
        parameters = torch.tensor([[[2.0, -3.0]]], dtype=torch.float64, requires_grad=True)
        attention = ContinuousAttention(Unimodal(alpha=2.0, location=location))
        readout = attention(parameters, lambda points: _wave(points).unsqueeze(-1))
        (slope,) = torch.autograd.grad(readout.context.sum(), parameters)
        measured[f"{name}: slope"] = slope.abs().max().item()
        measured[f"{name}: lost mass"] = readout.lost_mass.item()
    return measured


@claim("bound-closes-the-gap", source="Measured here", computes=bounded)
def bound_closes_the_gap() -> dict[str, float]:
    """Points by which kernel softmax leads a bump on the recorded gestures, over common seeds."""
    measured = {}
    for method in ("cts softmax", "cts sparsemax"):
        for mean_of in ("unconstrained", "bounded"):
            gap = _lead(method, mean_of, 32)
            measured[f"{method}, {mean_of}, 32 heads"] = gap.mean
        measured[f"{method}, bounded, 4 heads, at least"] = _lead(method, "bounded", 4).low
    return measured


def _lead(method: str, mean_of: str, heads: int) -> Difference:
    bump = accuracies("densities-uwave", method, mean_of=mean_of, heads=heads)
    return paired_difference(accuracies("densities-uwave", "kernel softmax", heads=heads), bump)
