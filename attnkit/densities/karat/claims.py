"""What the page on Kolmogorov-Arnold attention claims, measured."""

import math

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities import softmax
from attnkit.densities.karat.karat import karat_weights

__all__ = ["drawn_map", "karat_order", "karat_rank", "karat_turns"]

N_KEYS, N_HIDDEN, GRID = 64, 12, 3


def drawn_map(generator: torch.Generator, n_keys: int = N_KEYS) -> tuple[Tensor, Tensor]:
    """Waves and output matrix of a map that has not learned, with weights of about one."""
    waves = torch.randn(N_HIDDEN, n_keys, 2, GRID, generator=generator, dtype=torch.float64)
    output = torch.randn(n_keys, N_HIDDEN, generator=generator, dtype=torch.float64)
    return waves / math.sqrt(n_keys * GRID), output / math.sqrt(N_HIDDEN)


def rows(generator: torch.Generator, n_rows: int = 200, n_keys: int = N_KEYS) -> Tensor:
    """Normal scores (row, key)."""
    return torch.randn(n_rows, n_keys, generator=generator, dtype=torch.float64)


@claim("karat-order", source="Derived here, after Maity et al. 2025", computes=karat_weights)
def karat_order() -> dict[str, float]:
    """How far weights move, over their own size, when the keys come in the opposite order."""
    generator = torch.Generator().manual_seed(0)
    scores, (waves, output) = rows(generator), drawn_map(generator)
    found = {}
    for name, weigh in (
        ("softmax", softmax),
        ("Kolmogorov-Arnold", lambda z: karat_weights(z, waves, output)),
    ):
        there, back = weigh(scores), weigh(scores.flip(-1)).flip(-1)
        found[name] = ((there - back).norm() / there.norm()).item()
    return found


@claim("karat-rank", source="Derived here, after Maity et al. 2025", computes=karat_weights)
def karat_rank() -> dict[str, float]:
    """Rank of 200 rows of weights on 64 keys, and the share of one-hot rows that none can be."""
    generator = torch.Generator().manual_seed(0)
    scores, (waves, output) = rows(generator), drawn_map(generator)
    ranks = [
        torch.linalg.matrix_rank(weigh)
        for weigh in (softmax(scores), karat_weights(scores, waves, output))
    ]
    basis = torch.linalg.qr(output).Q
    lost = 1 - basis.square().sum(-1).mean()
    return {
        "softmax": ranks[0].item(),
        "Kolmogorov-Arnold": ranks[1].item(),
        "share of one-hot rows lost": lost.item(),
    }


@claim("karat-turns", source="Derived here", computes=karat_weights)
def karat_turns() -> dict[str, float]:
    """Largest change of a weight when one score rises by 2π, softmax's and the learned map's."""
    generator = torch.Generator().manual_seed(0)
    scores, (waves, output) = rows(generator), drawn_map(generator)
    raised = scores.clone()
    raised[:, 0] += 2 * math.pi
    return {
        "softmax": (softmax(raised) - softmax(scores)).abs().max().item(),
        "Kolmogorov-Arnold": (
            karat_weights(raised, waves, output) - karat_weights(scores, waves, output)
        )
        .abs()
        .max()
        .item(),
    }
