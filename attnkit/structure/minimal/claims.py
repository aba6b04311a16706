"""What the page on the minimal transformer claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.structure.minimal.minimal import minimal_attention, symmetric_share
from attnkit.structure.minimal.recorded import accuracies, real_symmetry

__all__ = ["VARIANTS", "minimal_digits", "random_share", "symmetry"]

VARIANTS = {
    "all": {"scores": "queries and keys", "value_output": True, "mlp": True},
    "no MLP": {"scores": "queries and keys", "value_output": True, "mlp": False},
    "least": {"scores": "symmetric", "value_output": False, "mlp": False},
    "no attention": {"scores": "none", "value_output": False, "mlp": True},
    "neither": {"scores": "none", "value_output": False, "mlp": False},
}
"""What the page compares: "least" has a symmetric matrix for each head and nothing else."""


@claim(
    "digits-need-one-of-two",
    source="Measured here; the question is Bermeitinger et al. 2024",
    computes=minimal_attention,
)
def minimal_digits() -> dict[str, float]:
    """Recorded: numbers learned, and mean share of digits right, of each variant."""
    found = {}
    for name, variant in VARIANTS.items():
        parameters, accuracy = accuracies(**variant)
        found[f"{name}, numbers"] = float(parameters)
        found[f"{name}, right"] = float(accuracy.mean())
    return found


def random_share(width: int, d_key: int, *, seed: int) -> float:
    """Symmetric share of a random query matrix times a random key matrix."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = torch.randn(2, width, d_key, generator=generator, dtype=torch.float64)
    return symmetric_share(queries @ keys.mT).item()


@claim(
    "real-scores-hardly-symmetric",
    source="Measured here on one six-layer encoder",
    computes=symmetric_share,
)
def symmetry() -> dict[str, float]:
    """Recorded: symmetric share of real heads beside chance, and what symmetric scores move."""
    shares, moved = real_symmetry()
    return {
        "mean share": float(shares.mean()),
        "least": float(shares.min()),
        "most": float(shares.max()),
        "chance": random_share(384, 32, seed=0),
        **{f"moved, {name}": float(each.mean()) for name, each in moved.items()},
    }
