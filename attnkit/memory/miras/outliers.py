"""A stream of pairs that follow one linear map, some of them far off: what losses make of it."""

import functools
import math

import torch
from torch import Tensor

from attnkit.memory.miras.losses import Loss
from attnkit.memory.miras.online import online_memory
from attnkit.memory.miras.optimisers import GradientStep
from attnkit.memory.miras.retentions import Decay
from attnkit.memory.miras.rule import Rule
from attnkit.memory.miras.structures import LinearMemory
from attnkit.memory.shared.tuning import best_inside
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors

__all__ = ["RATES", "clean_rate", "course", "distance", "learned", "stream"]

D_KEY, D_VALUE, NOISE = 16, 8, 0.05
RATES = (
    *(0.01, 0.015, 0.02, 0.03, 0.045, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6),
    *(0.7, 0.85, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0),
)
CLEAN_SEED = 1000  # the step size is fixed on a stream that is never measured


def stream(
    share: float, size: float, *, seed: int, n: int = 400, rows: int = 8
) -> tuple[Tensor, Tensor, Tensor]:
    """Keys (row, time, key), values, and the map (row, key, value) that most values follow.

    Values have length one about, and noise; this share of them is moved by `size` in a direction
    drawn anew.
    """
    chance = seeded(seed)
    normal = {"generator": chance, "dtype": torch.float64}
    truth = torch.randn(rows, D_KEY, D_VALUE, **normal) / math.sqrt(D_VALUE)
    keys = unit_vectors(rows, n, D_KEY, generator=chance)
    values = keys @ truth + NOISE * torch.randn(rows, n, D_VALUE, **normal)
    moved = size * unit_vectors(rows, n, D_VALUE, generator=chance)
    outlying = torch.rand(rows, n, 1, **normal) < share
    return keys, values + outlying * moved, truth


def learned(loss: Loss, rate: float | Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """The linear memory (..., key, value) after one pass; NaN where it overflows."""
    return course(loss, rate, keys, values, every=keys.shape[-2])[-1]


def course(
    loss: Loss, rate: float | Tensor, keys: Tensor, values: Tensor, *, every: int
) -> list[Tensor]:
    """The linear memory (..., key, value) after every so many pairs; NaN once it overflows."""
    rule = Rule(LinearMemory(), loss, Decay(), GradientStep())
    rates, state, memories = torch.zeros_like(keys[..., :1]) + rate, None, []
    parts = [*zip(*(t.split(every, -2) for t in (keys, values, rates)), strict=True)]
    for k, v, b in parts:
        try:
            _, state = online_memory(k, k, v, b[..., 0], rule=rule, initial_state=state)
        except ValueError:  # an influence that grows faster than the error runs away
            break
        memories.append(state.pushed[0])
    lost = keys.new_full((*keys.shape[:-2], keys.shape[-1], values.shape[-1]), math.nan)
    return memories + [lost] * (len(parts) - len(memories))


def distance(memory: Tensor, truth: Tensor) -> Tensor:
    """How far each row's memory is from the map, over the map's size (row,); infinite for NaN."""
    apart = torch.linalg.matrix_norm(memory - truth) / torch.linalg.matrix_norm(truth)
    return apart.nan_to_num(nan=math.inf)


@functools.cache
def clean_rate(loss: Loss, *, n: int = 400) -> float:
    """The rate at which a loss learns a stream without outliers best; refused at the grid's end."""
    return best_inside(dict(zip(RATES, _clean_distances(loss, RATES, n), strict=True)))


def _clean_distances(loss: Loss, rates: tuple[float, ...], n: int) -> list[float]:
    """Mean distance to the map at each rate, side by side; in halves where one runs away."""
    keys, values, truth = stream(0.0, 0.0, seed=CLEAN_SEED, n=n)
    each = [t.expand(len(rates), *t.shape) for t in (keys, values)]
    memory = learned(loss, keys.new_tensor(rates)[:, None, None, None], *each)
    apart, half = distance(memory, truth).mean(-1), len(rates) // 2
    if half and apart.isinf().any():
        return _clean_distances(loss, rates[:half], n) + _clean_distances(loss, rates[half:], n)
    return apart.tolist()
