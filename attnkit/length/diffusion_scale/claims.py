"""What stays the same in a longer row, measured on drawn rows."""

import math

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.diagnostics import entropy
from attnkit.length.diffusion_scale.diffusion_scale import diffusion_scale_weights
from attnkit.length.diffusion_scale.entropies import entropy_keeping_scale

__all__ = ["entropy_kept", "share_kept"]

SOURCE = "Derived here for the scale of Jin et al. 2023"
TRAINED = 256


def rows(n_keys: int, spread: float, *, seed: int) -> Tensor:
    """Eight rows of independent normal scores."""
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(8, n_keys, generator=generator, dtype=torch.float64)


@claim("share-kept", source=SOURCE, computes=diffusion_scale_weights)
def share_kept() -> dict[str, float]:
    """Mean entropy over log n, spread one, at 256 keys and at 65,536, by scale."""
    found = {}
    for n in (TRAINED, 65536):
        scores, whole = rows(n, 1.0, seed=0), math.log(n)
        root = diffusion_scale_weights(scores, TRAINED)
        log = (whole / math.log(TRAINED) * scores).softmax(-1)
        for name, weights in (("none", scores.softmax(-1)), ("root", root), ("logarithm", log)):
            found[f"{name}, n = {n}"] = entropy(weights).mean().item() / whole
    return found


@claim("entropy-kept", source="Derived here", computes=entropy_keeping_scale)
def entropy_kept() -> dict[str, float]:
    """Mean entropy at 256 and at 4,096 keys, by spread, at the scale that should keep it."""
    found = {}
    for spread in (1.0, 2.0):
        for n in (TRAINED, 4096):
            length = torch.tensor([float(n)], dtype=torch.float64)
            scale = entropy_keeping_scale(length, TRAINED, spread).item()
            weights = (scale * rows(n, spread, seed=0)).softmax(-1)
            found[f"spread {spread:g}, n = {n}"] = entropy(weights).mean().item()
    return found
