"""How exact expectations under continuous densities are, and what that costs.

    python benchmarks/continuous_densities.py                       # on the line, then the plane
    OMP_NUM_THREADS=1 python benchmarks/continuous_densities.py --device cuda

Each cell is the largest error of E_p[psi_j], in float32, over 11 Gaussian bumps psi_j on [0, 1],
locations 0.02, 0.37, 0.5, 0.93, 1 and 1.01, and the domain [0, 1] and the whole line, against the
published form of the density, integrated with 9,600 nodes in float64. Cells of the domain that hold
no mass are left out. Below it, for the parabola, the closed form by
raw moments of t, in float32 too.
"""

import argparse
import itertools
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from turns import best_times, device_clock, table

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.densities import BetaGaussian, adaptive_expectation
from tests.densities.alpha_family.reference_line import half_support, mean_of_bumps

ALPHAS = (1.0, 1.1, 4 / 3, 1.5, 2.0, 3.0)
VARIANCES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
WIDTHS = (0.025, 0.1, 0.5)
LOCATIONS = (0.02, 0.37, 0.5, 0.93, 1.0, 1.01)
DOMAINS = ((0.0, 1.0), (-math.inf, math.inf))
CENTERS = torch.linspace(0, 1, 11)
TARGET = 1e-6


class Bumps:
    """Eleven Gaussian bumps, and how many nodes they were asked for."""

    def __init__(self, width):
        self.width, self.n_nodes = width, 0

    def __call__(self, points):
        self.n_nodes += points.shape[-1]
        offset = points.unsqueeze(-1) - CENTERS.to(points)
        return torch.exp(-(offset / self.width).square() / 2)


def error(location, sigma2, alpha, width, domain, device):
    """Largest error over the bumps, nodes used; None where the domain holds no mass."""
    location, sigma2 = (torch.tensor(part, device=device) for part in (location, sigma2))
    bumps = Bumps(width)
    got = adaptive_expectation(bumps, location, sigma2, alpha, domain=domain)
    if got.mass < 1e-6:
        return None
    exact = mean_of_bumps(
        location.item(), sigma2.item(), alpha, domain,
        centers=CENTERS.double().numpy(), width=width, n_panels=600,
    )  # fmt: skip
    return np.abs(got.value.double().cpu().numpy() - exact).max(), bumps.n_nodes


def on_the_line(device):
    """The table; returns its largest entry."""
    print(f"\nlargest error in float32 by sigma^2, target <= {TARGET:g}")
    print(" " * 22 + "".join(f"{variance:>10.0e}" for variance in VARIANCES) + "     nodes")
    worst = 0.0
    for alpha, width in itertools.product(ALPHAS, WIDTHS):
        row, nodes = [], []
        for sigma2 in VARIANCES:
            cases = itertools.product(LOCATIONS, DOMAINS)
            found = [error(mu, sigma2, alpha, width, domain, device) for mu, domain in cases]
            errors, counts = zip(*filter(None, found), strict=True)
            row.append(max(errors))
            nodes.append(max(counts))
        worst = max(worst, *row)
        cells = "".join(f"{value:>10.1e}" for value in row)
        print(f"alpha {alpha:<6.4g} width {width:<5g}{cells}{max(nodes):>10,}", flush=True)
    return worst


def raw_moments(sigma2, width=0.1, location=0.9, center=0.93):
    """The parabola's closed form in float32: coefficients of t^0, t^1, t^2 times raw moments."""
    half = np.float32(half_support(sigma2, 2.0))
    low, high = np.float32(location) - half, np.float32(location) + half
    s, m = np.float32(width), np.float32(center)
    ends = [(end - m) / s for end in (low, high)]
    cumulative = [np.float32(0.5 * math.erf(end / math.sqrt(2))) for end in ends]
    heights = [np.float32(math.exp(-(end**2) / 2)) for end in ends]
    root = np.float32(math.sqrt(2 * math.pi))
    zeroth = s * root * (cumulative[1] - cumulative[0])
    first = m * zeroth - s * s * (heights[1] - heights[0])
    second = m * first + s * s * zeroth - s * s * (high * heights[1] - low * heights[0])
    scale = np.float32(3) / (4 * half**3)
    mu = np.float32(location)
    total = scale * ((half * half - mu * mu) * zeroth + 2 * mu * first - second)
    exact = mean_of_bumps(
        float(mu), sigma2, 2.0, DOMAINS[1], centers=np.array([float(m)]), width=float(s)
    )
    return abs(float(total) - exact[0])


def peers():
    print("\nparabola (alpha 2), location 0.9, one bump of width 0.1 at 0.93: error in float32")
    print(" " * 22 + "".join(f"{variance:>10.0e}" for variance in VARIANCES))
    closed = "".join(f"{raw_moments(sigma2):>10.1e}" for sigma2 in VARIANCES)
    print(f"{'raw moments of t':<22}{closed}")
    ours = "".join(
        f"{error(0.9, sigma2, 2.0, 0.1, DOMAINS[1], 'cpu')[0]:>10.1e}" for sigma2 in VARIANCES
    )
    print(f"{'attnkit':<22}{ours}")


def in_the_plane(device):
    print("\nplane, float32 against float64, bump of width 0.1: largest error, error it reports")
    for alpha in ALPHAS:
        cells = []
        for sigma2 in (1e-6, 1e-4, 1e-2, 1e-1):
            cells.append("{:>10.1e} ({:.0e})".format(*plane_error(alpha, sigma2, device)))
        print(f"alpha {alpha:<6.4g}{''.join(cells)}", flush=True)


def plane_error(alpha, sigma2, device):
    """Over three locations; the whole plane and the unit square."""
    loc = torch.tensor([[0.5, 0.5], [0.93, 0.2], [1.0, 0.0]], device=device)
    shape = torch.tensor([[1.0, 0.5], [0.5, 1.0]], device=device)
    worst, reported = 0.0, 0.0

    def bump(points):
        return torch.exp(-((points - 0.6) / 0.1).square().sum(-1) / 2)

    for box in (None, ((0.0, 1.0), (0.0, 1.0))):
        got, exact = (
            BetaGaussian(loc.to(d), (sigma2 * shape).to(d), alpha).expectation(bump, box)
            for d in (torch.float32, torch.float64)
        )
        worst = max(worst, (got.value.double() - exact.value).abs().max().item())
        reported = max(reported, got.error.max().item())
    return worst, reported


def cost(device):
    """Time of 4,096 densities at once, against evaluating the bumps at 128 nodes each."""
    generator = torch.Generator().manual_seed(0)
    location = torch.rand(4096, generator=generator).to(device)
    sigma2 = (0.001 + 0.1 * torch.rand(4096, generator=generator)).to(device)
    runs = {
        "128 fixed nodes, readout alone": lambda: Bumps(0.1)(
            location.unsqueeze(-1).expand(-1, 128)
        ),
        "adaptive panels": lambda: adaptive_expectation(
            Bumps(0.1), location, sigma2, 1.5, domain=DOMAINS[0]
        ),
    }
    clock = device_clock if device == "cuda" else time.perf_counter
    times = best_times(runs, rounds=3, clock=clock)
    table(
        "4,096 densities of alpha 1.5 over [0, 1], 11 bumps of width 0.1", times, next(iter(runs))
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {options.device}")
    start = time.perf_counter()
    worst = on_the_line(options.device)
    verdict = "met" if worst <= TARGET else "MISSED"
    print(f"largest of all {worst:.1e}: {verdict} ({time.perf_counter() - start:.0f} s)")
    peers()
    in_the_plane(options.device)
    cost(options.device)


if __name__ == "__main__":
    main()
