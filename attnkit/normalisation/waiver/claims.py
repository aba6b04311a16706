"""What the page on the waiver claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.normalisation.waiver.removal import change_if_dropped, change_if_renormalised

__all__ = ["drawn", "reread", "waiver_removal"]


def drawn(n_rows: int, n_keys: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """Softmax weights (row, 1, key) of normal scores, and normal values (row, key, 5)."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(n_rows, 1, n_keys, generator=generator, dtype=torch.float64)
    values = torch.randn(n_rows, n_keys, 5, generator=generator, dtype=torch.float64)
    return softmax(scores), values


def reread(weights: Tensor, values: Tensor, *, renormalise: bool) -> Tensor:
    """How far each row's reading moves without its first key (row,), by reading it again."""
    rest = weights.clone()
    rest[..., 0] = 0
    if renormalise:
        rest = rest / rest.sum(-1, keepdim=True)
    return (rest @ values - weights @ values).norm(dim=-1)[:, 0]


@claim("waiver-removal", source="Derived here", computes=change_if_renormalised)
def waiver_removal() -> dict[str, float]:
    """The largest gap between either formula and reading again, over 1,000 rows of 13 keys."""
    weights, values = drawn(1000, 13, seed=0)
    dropped = change_if_dropped(weights, values)[:, 0, 0]
    renormalised = change_if_renormalised(weights, values)[:, 0, 0]
    return {
        "dropped": (dropped - reread(weights, values, renormalise=False)).abs().max().item(),
        "renormalised": (renormalised - reread(weights, values, renormalise=True))
        .abs()
        .max()
        .item(),
    }
