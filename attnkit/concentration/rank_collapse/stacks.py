"""Stacks of layers that are alike but for their values: what figure, claims and experiment run."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from attnkit.concentration.rank_collapse.layers import (
    AttentionLayer,
    Layer,
    normed,
    residual,
    through,
)
from attnkit.concentration.rank_collapse.masks import (
    causal_mask,
    causal_window_mask,
    full_mask,
    window_mask,
)

__all__ = ["AROUND", "MASKS", "alike", "random", "run"]

MASKS: dict[str, Callable[[int], Tensor]] = {
    "full": full_mask,
    "causal": causal_mask,
    "window ±4": partial(window_mask, reach=4),
    "window ±1": partial(window_mask, reach=1),
    "causal window 4": partial(causal_window_mask, reach=4),
    "causal window 1": partial(causal_window_mask, reach=1),
}
AROUND: dict[str, Callable[[Layer], Layer]] = {
    "nothing": lambda layer: layer,
    "LayerNorm": normed,
    "residual": residual,
    "residual + LayerNorm": lambda layer: normed(residual(layer)),
}


def rotation(width: int, generator: torch.Generator) -> Tensor:
    """A random orthogonal matrix; the signs that QR chooses do not matter here."""
    draws = torch.randn(width, width, generator=generator, dtype=torch.float64)
    return torch.linalg.qr(draws).Q


def run(
    matrix: Callable[[torch.Generator], Tensor],
    mask: str,
    around: str,
    depth: int,
    *,
    seed: int,
    size: int = 32,
) -> Tensor:
    """States (depth + 1, token, feature), as many normal tokens as features.

    Each layer has a new score matrix and a new orthogonal value matrix.
    """
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(size, size, generator=generator, dtype=torch.float64)
    allowed, wrap = MASKS[mask](size), AROUND[around]
    return through(
        states,
        [
            wrap(AttentionLayer(matrix(generator), rotation(size, generator), allowed))
            for _ in range(depth)
        ],
    )


def alike(beta: float, size: int = 32) -> Callable[[torch.Generator], Tensor]:
    """Scores that grow with likeness: β x · y / √d."""
    return lambda generator: beta * torch.eye(size, dtype=torch.float64) / size**0.5


def random(generator: torch.Generator, size: int = 32) -> Tensor:
    """A matrix whose scores of normal tokens have a spread of one."""
    return torch.randn(size, size, generator=generator, dtype=torch.float64) / size
