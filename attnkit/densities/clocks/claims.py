"""What is claimed of clocks, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.clocks import exponential_clock, hesitating_clock, n_peaks, to_local, warped

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
