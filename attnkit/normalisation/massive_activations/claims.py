"""What the page on massive activations claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.normalisation.massive_activations.fit import fit_emergence
from attnkit.normalisation.massive_activations.law import EmergenceLaw
from attnkit.normalisation.massive_activations.ratio import activation_ratio
from attnkit.normalisation.massive_activations.recorded import by_layer

__all__ = ["TRUE", "checkpoints", "emergence_peak", "emergence_refit", "massive_norm", "noisy"]

TRUE = EmergenceLaw(amplitude=120.0, decay=0.12, rate=0.0012, offset=0.5, plateau=20.0)


def checkpoints() -> Tensor:
    """Powers of two to 512, then every thousand steps to 143,000, as a suite of models has them."""
    early = 2.0 ** torch.arange(10)
    return torch.cat([torch.zeros(1), early, torch.arange(1000, 144_000, 1000)]).double()


def noisy(*, seed: int) -> Tensor:
    """The law at the checkpoints, each value off by five per cent in the mean square."""
    generator = torch.Generator().manual_seed(seed)
    steps = checkpoints()
    noise = torch.randn(len(steps), generator=generator, dtype=torch.float64)
    return TRUE(steps) * (1 + 0.05 * noise)


@claim("emergence-peak", source="Derived here for the law of the paper", computes=EmergenceLaw)
def emergence_peak() -> dict[str, float]:
    """The peak by Lambert's W, and the best of all whole steps."""
    steps = torch.arange(143_001, dtype=torch.float64)
    best = int(TRUE(steps).argmax())
    return {"closed form": TRUE.peak_step, "best whole step": float(best)}


@claim("emergence-refit", source="Measured here", computes=fit_emergence)
def emergence_refit() -> dict[str, float]:
    """Errors of the refitted peak's step and height, and the share explained, over five seeds."""
    fits = [fit_emergence(checkpoints(), noisy(seed=seed)) for seed in range(5)]
    return {
        "peak step, worst": max(abs(fit.law.peak_step / TRUE.peak_step - 1) for fit in fits),
        "peak height, worst": max(abs(fit.law.peak_value / TRUE.peak_value - 1) for fit in fits),
        "share explained, least": min(fit.r_squared for fit in fits),
    }


@claim(
    "massive-norm",
    source="Measured on one six-layer encoder; recorded in results/",
    computes=activation_ratio,
)
def massive_norm() -> dict[str, float]:
    """The ratio's median over passages, before and after the norm: its ends over layers."""
    layers = by_layer()
    return {
        "before, least layer": float(layers["before"][1].min()),
        "before, largest layer": float(layers["before"][1].max()),
        "after, least layer": float(layers["after"][1].min()),
        "after, largest layer": float(layers["after"][1].max()),
    }
