"""What the page on scalable softmax claims, measured."""

import numpy as np
import torch

from attnkit.claims import claim
from attnkit.length import theory
from attnkit.length.shared.needle import LENGTHS, needle_rows
from attnkit.length.shared.visible import scaled_softmax
from attnkit.length.ssmax.recorded import real_scales
from attnkit.length.ssmax.ssmax import ssmax_weights

__all__ = ["best_scale", "dispersion_law", "loss_at", "needle_keeps_half", "no_scale", "real_scale"]


@claim(
    "dispersion-law",
    source="Derived here, after Derrida 1981",
    computes=theory.dispersed_entropy,
)
def dispersion_law() -> dict[str, float]:
    """Largest distance of the mean entropy from log n − σ²/2, for n from 64 to 262,144."""
    return {
        f"σ = {spread}": max(
            abs(theory.mean_entropy(n, spread) - theory.dispersed_entropy(n, spread))
            for n in LENGTHS
        )
        for spread in (0.5, 1.0, 2.0, 3.0)
    }


@claim(
    "needle-keeps-half",
    source="Nakanishi 2025, derived here for equal rivals",
    computes=ssmax_weights,
)
def needle_keeps_half() -> dict[str, float]:
    """Weight of a needle at D = 2 above equal rivals, with s = 1/2 and under softmax."""
    found = {}
    for n in LENGTHS:
        row = torch.zeros(n, dtype=torch.float64)
        row[0] = 2.0
        found[f"n = {n}"] = ssmax_weights(row, 0.5)[0].item()
        found[f"n = {n}, softmax"] = row.softmax(-1)[0].item()
    return found


@claim("no-scale-helps", source="Derived here", computes=theory.mean_needle_weight)
def no_scale() -> dict[str, float]:
    """Largest mean weight over a hundred scales up to 15, of a needle at D = 3 with σ = 1."""
    scales = np.geomspace(0.1, 15, 100)
    return {
        f"n = {n}": max(theory.mean_needle_weight(n, 3 * b, float(b)) for b in scales)
        for n in LENGTHS
    }


@claim("best-scale", source="Derived here", computes=scaled_softmax)
def best_scale() -> dict[str, float]:
    """Cross-entropy of a needle as noisy as its rivals (D = 5, σ = 1): at D/σ², and around it."""
    return {
        f"n = {n}, scale {scale}": loss_at(n, scale, seed=0)
        for n in (64, 1024, 16384)
        for scale in (3.5, 5.0, 7.0)
    }


def loss_at(n_keys: int, scale: float, *, seed: int) -> float:
    """Mean of −log weight over 2^22 scores, so many rows as that makes."""
    generator = torch.Generator().manual_seed(seed)
    rows = needle_rows(2**22 // n_keys, n_keys, gap=5.0, spread=1.0, generator=generator)
    rows[:, 0] += torch.randn(len(rows), generator=generator)
    return -(scale * rows).log_softmax(-1)[:, 0].mean().item()


@claim("real-scales", source="Measured here on one six-layer encoder", computes=ssmax_weights)
def real_scale() -> dict[str, float]:
    """Recorded: mean cosine to the usual embedding, and slope of the entropy in log n."""
    found = {}
    for name, numbers in real_scales().items():
        cosines = numbers["cosine"]
        found[f"{name}, cosine"] = float(cosines.mean())
        found[f"{name}, slope"] = float(numbers["slope"])
    return found
