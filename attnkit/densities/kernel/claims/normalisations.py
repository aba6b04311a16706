"""What is claimed of the ways to normalise a kernel score, measured."""

import functools

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.kernel.deformed import log_deformed_exp
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.normalisations import (
    divided,
    divided_after_maximum,
    threshold_normalised,
)
from attnkit.densities.kernel.objective import objective

SPARSE = (1.25, 1.5, 1.75, 2.0)
CENTERS = torch.linspace(0, 1, 20, dtype=torch.float64)
N_NODES, N_SCORES = 1000, 200


@functools.cache
def _shapes() -> tuple[Tensor, Tensor]:
    """200 random smooth scores on even nodes, together of variance 1; the masses."""
    nodes = (torch.arange(N_NODES, dtype=torch.float64) + 0.5) / N_NODES
    generator = torch.Generator().manual_seed(5)
    coefficients = torch.randn(N_SCORES, 20, generator=generator, dtype=torch.float64)
    scores = coefficients @ gaussian(nodes, CENTERS.unsqueeze(-1), width=0.05)
    return scores / scores.std(), torch.full_like(nodes, 1 / N_NODES)


@claim(
    "dividing-is-a-temperature",
    source="Lemma 5.3 in the submission version of Moreno et al. 2022, read as a temperature",
    computes=divided,
)
def dividing_is_a_temperature() -> dict[str, float]:
    """Largest gap between `divided` and the threshold form of the score times Z^(1 - alpha)."""
    shapes, masses = _shapes()
    gaps = {}
    for alpha in SPARSE:
        score = 2 * shapes
        total = (masses * log_deformed_exp(score, alpha).exp()).sum(-1, keepdim=True)
        rescaled = threshold_normalised(score * total ** (1 - alpha), masses, alpha)
        gaps[f"alpha = {alpha}"] = (divided(score, masses, alpha) - rescaled).abs().max().item()
    return gaps


@claim("threshold-earns-most", source="Derived here", computes=threshold_normalised)
def threshold_earns_most() -> dict[str, float]:
    """At alpha = 2 over 200 scores: what two divisions earn less, and how often one fails."""
    found = {}
    for amplitude in (1.0, 3.0, 10.0):
        plain, after = _losses(amplitude)
        found |= {
            f"smallest loss, amplitude {amplitude:g}": torch.cat([plain, after]).min().item(),
            f"median loss of dividing, {amplitude:g}": plain.median().item(),
            f"median loss after the maximum, {amplitude:g}": after.median().item(),
            f"no density, score lowered by {amplitude:g}": _share_without(amplitude),
        }
    return found


def _losses(amplitude: float) -> tuple[Tensor, Tensor]:
    """How much less the two divisions earn, for the scores of which they make a density."""
    shapes, masses = _shapes()
    score = amplitude * shapes
    densities = [make(score, masses, 2.0)
                 for make in (threshold_normalised, divided, divided_after_maximum)]  # fmt: skip
    best, plain, after = (objective(density, score, masses, 2.0) for density in densities)
    return (best - plain)[densities[1].any(-1)], best - after


def _share_without(amplitude: float) -> float:
    shapes, masses = _shapes()
    lowered = divided(amplitude * (shapes - 1), masses, 2.0)
    return (~lowered.any(-1)).double().mean().item()


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
