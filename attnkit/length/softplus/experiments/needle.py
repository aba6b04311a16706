"""A needle among random keys, read by LSSA, by LSSAR, and by softmax at LSSAR's own scale."""

import math

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.experiments import Experiment
from attnkit.length.softplus.reweighting import reweight, reweighted_softplus_weights
from attnkit.length.softplus.softplus import softplus_weights

__all__ = ["MAPS", "NEEDLE", "WIDTH", "needle_cosines", "scale"]

SOURCE = "Ours, for Gao et al. 2025 (arXiv:2501.13428, abstract read), who measure language models"
WIDTH = 64
ROWS = 16
LENGTHS = (64, 256, 1024, 4096, 16384)

MAPS = {
    "softmax": lambda cosines: softmax(math.sqrt(WIDTH) * cosines),
    "softmax at the same scale": lambda cosines: softmax(scale(cosines) * cosines),
    "LSSA": lambda cosines: softplus_weights(scale(cosines) * cosines),
    "LSSAR": lambda cosines: reweighted_softplus_weights(scale(cosines) * cosines),
    "LSSAR, power 1": lambda cosines: reweighted_softplus_weights(scale(cosines) * cosines, 1.0),
    "LSSAR, no offset": lambda cosines: reweight(
        softplus_weights(scale(cosines) * cosines), offset=0.0
    ),
}
"""Cosines (row, key) to weights, by name. Keys of length √d make the scores of plain softmax."""


def scale(cosines: Tensor) -> float:
    """The paper's: log d log n."""
    return math.log(WIDTH) * math.log(cosines.shape[-1])


def needle_cosines(n_rows: int, n_keys: int, cosine: float, generator: torch.Generator) -> Tensor:
    """Cosines (row, key) of a query with random directions, the first of which is the needle."""
    keys = torch.randn(n_rows, n_keys, WIDTH, generator=generator)
    query = torch.nn.functional.normalize(torch.randn(n_rows, WIDTH, 1, generator=generator), dim=1)
    cosines = (keys @ query)[..., 0] / torch.linalg.vector_norm(keys, dim=-1)
    cosines[:, 0] = cosine
    return cosines


def run_needle(case: dict, *, seed: int, device: str) -> dict:
    """Mean weight of the needle by map, and the share of rows in which it lies nearest."""
    generator = torch.Generator().manual_seed(seed)
    cosines = needle_cosines(ROWS, case["n_keys"], case["cosine"], generator)
    found = {name: float(weigh(cosines)[:, 0].mean()) for name, weigh in MAPS.items()}
    nearest = (cosines[:, 1:] < case["cosine"]).all(-1).double().mean()
    return found | {"nearest": nearest.item()}


def _cases(lengths: tuple[int, ...]) -> list[dict]:
    return [{"n_keys": n, "cosine": c} for n in lengths for c in (0.3, 0.6, 0.9)]


NEEDLE = Experiment(
    name="length-softplus",
    title="What LSSA, LSSAR and softmax at the same scale give a needle, as the row grows",
    source=SOURCE,
    cases={"quick": _cases(LENGTHS[:2]), "full": _cases(LENGTHS)},
    seeds={"quick": 2, "full": 7},
    run=run_needle,
)
