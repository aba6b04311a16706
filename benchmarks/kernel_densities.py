"""Kernel densities: nodes against error, and batched readouts on one core and on a GPU.

    OMP_NUM_THREADS=1 python benchmarks/kernel_densities.py

The first part counts the nodes of three rules for kernel sparsemax with ten bumps: trapezoid,
Gauss-Legendre on the whole domain, and Gauss-Legendre on the intervals of the support, as
`KernelDensity` finds them; and how many scores that search computes. The second part reads a
value function out under 4,096 densities of 32 centers on 256 shared nodes, forward and with the
gradient; only the ratio of the devices' best times is of interest.
"""

import argparse
import functools
import sys
import time
from pathlib import Path

import numpy as np
import torch
from turns import best_times, device_clock, verdict

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.densities import KernelDensity, threshold_normalised
from attnkit.densities.kernel.kernels import gaussian

N_DENSITIES, N_CENTERS, N_NODES, N_FEATURES = 4096, 32, 256, 64
TARGET = 20
ROW = "{:<34}{:>8}{:>14}{:>14}{:>14}"


def bump(points):
    return torch.exp(-((points - 0.4) / 0.1).square() / 2)


def random_bumps(amplitude, n_scores=200, n_bumps=10):
    generator = torch.Generator().manual_seed(0)
    shape = (n_scores, n_bumps)
    coefficients = amplitude * torch.randn(shape, generator=generator, dtype=torch.float64)
    return coefficients, torch.rand(shape, generator=generator, dtype=torch.float64)


def trapezoid(n_nodes):
    weights = torch.full((n_nodes,), 1 / (n_nodes - 1), dtype=torch.float64)
    weights[[0, -1]] /= 2
    return torch.linspace(0, 1, n_nodes, dtype=torch.float64), weights


def gauss(n_nodes):
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return torch.from_numpy(nodes + 1) / 2, torch.from_numpy(weights) / 2


def fixed_error(density, exact, rule):
    """Largest error of E[bump] on nodes that do not know the support."""
    nodes, weights = rule
    shares = threshold_normalised(density.score(nodes), weights, density.alpha) * weights
    return (shares @ bump(nodes) - exact).abs().max().item()


def nodes_against_error():
    print("largest error of E[bump] over 200 scores of ten bumps, float64")
    print(ROW.format("", "nodes", "trapezoid", "Gauss", "on support"))
    for alpha in (1.0, 1.5, 1.75, 2.0):
        for width in (0.1, 0.05, 0.02):
            for amplitude in (0.5, 3.0, 20.0):
                one_case(alpha, width, amplitude)


def one_case(alpha, width, amplitude):
    start = time.perf_counter()
    kernel = functools.partial(gaussian, width=width)
    density = KernelDensity(*random_bumps(amplitude), kernel, alpha)
    found = density.expectation(bump)
    seconds = time.perf_counter() - start
    most, mean = density.n_nodes.max().item(), density.n_nodes.double().mean().item()
    others = [fixed_error(density, found.value, rule(most)) for rule in (trapezoid, gauss)]
    errors = [f"{error:.0e}" for error in (*others, found.error.max().item())]
    name = f"alpha {alpha:g}, width {width:g}, size {amplitude:g}"
    search = density._quadrature.found.n_scores
    print(
        ROW.format(name, most, *errors),
        f"  (mean {mean:.0f} nodes; search {search} scores; {1e3 * seconds / 200:.1f} ms each)",
        flush=True,
    )


class SharedNodesReader:
    """4,096 densities on 256 shared nodes and what they read from 64 features."""

    def __init__(self, device, alpha, dtype=torch.float32):
        generator = torch.Generator().manual_seed(0)
        self.alpha, self.device = alpha, device
        centers = torch.linspace(0, 1, N_CENTERS)
        coefficients = 3 * torch.randn(N_DENSITIES, N_CENTERS, generator=generator)
        nodes, weights = gauss(N_NODES)
        values = torch.randn(N_NODES, N_FEATURES, generator=generator)
        self.gram = gaussian(centers.unsqueeze(-1), nodes, width=0.05).to(device, dtype)
        self.masses, self.values = weights.to(device, dtype), values.to(device, dtype)
        self.coefficients = coefficients.to(device, dtype).requires_grad_()

    def contexts(self):
        density = threshold_normalised(self.coefficients @ self.gram, self.masses, self.alpha)
        return (density * self.masses) @ self.values

    def forward(self):
        with torch.no_grad():
            return self.contexts()

    def forward_and_backward(self):
        self.coefficients.grad = None
        self.contexts().square().sum().backward()

    def best(self, name):
        clock = device_clock if self.device == "cuda" else time.perf_counter
        return best_times({name: getattr(self, name)}, clock=clock)[name]


def readouts():
    torch.set_num_threads(1)
    print(f"\n{N_DENSITIES} densities x {N_CENTERS} centers x {N_NODES} nodes, float32, best of 7")
    for alpha in (1.0, 1.5, 1.7, 2.0):
        core = SharedNodesReader("cpu", alpha)
        for name in ("forward", "forward_and_backward"):
            seconds = core.best(name)
            line = f"alpha {alpha:<4g}{name.replace('_', ' '):<22} one core {1e3 * seconds:8.1f} ms"
            print(line + against_gpu(alpha, name, seconds), flush=True)


def against_gpu(alpha, name, seconds):
    if not torch.cuda.is_available():
        return "   (no CUDA device)"
    card = SharedNodesReader("cuda", alpha)
    ratio = seconds / card.best(name)
    return f"   {torch.cuda.get_device_name()}: {ratio:.0f} x ({verdict(ratio, at_least=TARGET)})"


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    nodes_against_error()
    readouts()


if __name__ == "__main__":
    main()
