"""What is claimed of forgetting."""

from attnkit.claims import claim
from attnkit.memory import theory
from attnkit.memory.forgetting.monte_carlo import forgetting_error
from attnkit.memory.shared.unit_vectors import seeded


@claim("best-decay", source="derived here", computes=theory.best_retention)
def best_decay() -> dict[str, float]:
    """Signal-to-noise ratio at age 16 (d = 64) with the best decay, a faster and a slower one."""
    best = theory.best_retention(16)
    ratios = {"best": best, "faster": best**2, "slower": best**0.5}
    return {name: theory.decaying_snr(16, 10_000, 64, g) for name, g in ratios.items()}


@claim("delta-forgetting", source="derived here", computes=theory.delta_forgetting)
def delta_forgetting() -> dict[str, float]:
    """Mean relative error of 64 pairs at width 32: measured, predicted, and Hebb's."""
    measured = forgetting_error(200, 64, 32, 1.0, generator=seeded())
    return {
        "measured": measured.mean().item(),
        "predicted": theory.delta_forgetting(64, 32, 1.0).mean().item(),
        "Hebb": theory.hebb_forgetting(64, 32).mean().item(),
    }
