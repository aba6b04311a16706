"""What the chapter on real signals claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.clocks import exponential_clock, hesitating_clock, n_peaks, to_local, warped
from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.kernel.objective import objective
from attnkit.densities.layers import ContinuousAttention, Unimodal, bounded, unbounded
from attnkit.densities.recorded import Difference, accuracies, paired_difference

__all__ = [
    "bound_closes_the_gap",
    "dead_heads",
    "one_peak_stays_one",
    "shared_threshold",
    "two_clocks",
]

EVEN = torch.linspace(0, 1, 4001, dtype=torch.float64)


def _wave(times: Tensor) -> Tensor:
    return (7 * times).sin() + times.exp()


def _bump(times: Tensor) -> Tensor:
    return torch.exp(-((times - 0.5) / 0.15).square() / 2)


def _gauss_panels() -> tuple[Tensor, Tensor]:
    nodes, weights = legendre_rule(16)
    starts = torch.arange(50, dtype=torch.float64).unsqueeze(-1)
    return ((starts + (1 + nodes) / 2) / 50).flatten(), (weights / 100).repeat(50)


@claim("two-clocks", source="Moreno et al. 2021, lemma 4.2", computes=warped)
def two_clocks() -> dict[str, float]:
    """Largest gap of both means over two bases and six clocks; peaks of the two densities."""
    points, weights = _gauss_panels()
    gaps, peaks = [], []
    for base in (torch.ones_like, lambda t: (1 + t) / 1.5):
        mass = weights @ (_bump(points) * base(points))
        for clock in (hesitating_clock(n, depth) for n in (1, 2, 3) for depth in (0.5, 0.9)):
            local = warped(_bump, clock, base)
            globally = _bump(points) * base(points) * _wave(to_local(clock, points))
            locally = local(points) * base(points) * _wave(points)
            gaps.append(abs((weights @ (globally - locally) / mass).item()))
            peaks.append(n_peaks(local(EVEN)))
    return {
        "largest gap": max(gaps),
        "peaks in global time": n_peaks(_bump(EVEN)),
        "most peaks in local time": max(peaks),
    }


@claim("one-peak-stays-one", source="Derived here", computes=exponential_clock)
def one_peak_stays_one() -> dict[str, float]:
    """Most peaks that exponential clocks make of one, over 135 densities and clocks."""
    peaks = []
    for alpha in (1.0, 1.5, 2.0):
        for variance in (1e-3, 1e-2, 1e-1):
            for location in (0.1, 0.5, 0.9):
                place, width = (
                    torch.tensor(number, dtype=torch.float64) for number in (location, variance)
                )
                width = line.score_variance_from_variance(width, alpha)
                for rate in (0.1, 1.0, 5.0, 12.0, 25.0):
                    heights = warped(
                        lambda t, at=place, s=width, a=alpha: line.density(t, at, s, a),
                        exponential_clock(rate),
                    )(EVEN)
                    peaks.append(n_peaks(heights))
    return {"most peaks": max(peaks), "fewest": min(peaks)}


@claim("shared-threshold", source="Derived here", computes=threshold_normalised)
def shared_threshold() -> dict[str, float]:
    """Width of a piece over that of the same hill alone, for K equal hills; what is lost."""
    times = torch.linspace(0, 8, 160_001, dtype=torch.float64)
    masses = torch.full_like(times, 8 / 160_000)
    measured = {}
    for alpha in (1.0, 1.5, 2.0):
        for n_hills in (2, 4):
            centers = 1 + 2 * torch.arange(n_hills, dtype=torch.float64).unsqueeze(-1)
            hills = -((times - centers) / 0.1).square() / 2
            alone = threshold_normalised(hills, masses, alpha)
            best = threshold_normalised(hills.amax(0), masses, alpha)
            earned = [
                objective(density, hills.amax(0), masses, alpha).item()
                for density in (best, alone.mean(0))
            ]
            name = f"alpha {alpha:g}, {n_hills} hills"
            if alpha > 1:
                shares = (best > 0).double().sum() / (alone > 0).double().sum()
                measured[f"{name}: width"] = shares.item()
            measured[f"{name}: lost by the mixture"] = earned[0] - earned[1]
    return measured


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
