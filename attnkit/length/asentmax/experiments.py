"""One needle, one row, seven maps: who gives it what as the row grows?"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from attnkit.densities import entmax, softmax, sparsemax
from attnkit.diagnostics import support_size
from attnkit.experiments import Experiment
from attnkit.length.asentmax.asentmax import asentmax_weights
from attnkit.length.shared.needle import LENGTHS, needle_rows
from attnkit.length.ssmax import ssmax_weights

__all__ = ["MAPS", "NEEDLE"]

MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": softmax,
    "scalable softmax": partial(ssmax_weights, scale=0.43),
    "entmax": entmax,
    "sparsemax": sparsemax,
    "adaptive-scalable entmax": partial(asentmax_weights, slope=0.5, power=1.0),
    "its scale, softmax": partial(asentmax_weights, slope=0.5, power=1.0, alpha=1.0),
    "its power negative": partial(asentmax_weights, slope=0.5, power=-1.0),
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each map the mean weight of the needle and the mean number of keys with a weight."""
    generator = torch.Generator().manual_seed(seed)
    found: dict = {"weight": dict.fromkeys(MAPS, 0.0), "support": dict.fromkeys(MAPS, 0.0)}
    for _ in range(case["rows"]):
        row = needle_rows(1, case["n"], gap=3.0, spread=case["spread"], generator=generator)
        for name, weigh in MAPS.items():
            weights = weigh(row)
            found["weight"][name] += weights[0, 0].item() / case["rows"]
            found["support"][name] += support_size(weights).item() / case["rows"]
    return {
        kind: {name: float(f"{number:.4g}") for name, number in by_map.items()}
        for kind, by_map in found.items()
    }


def _cases(lengths: tuple[int, ...], rows: int) -> list[dict]:
    return [{"n": n, "spread": spread, "rows": rows} for spread in (0.5, 1.0) for n in lengths]


NEEDLE = Experiment(
    name="length-needle",
    title="A needle at 3 above normal rivals, under seven maps",
    source="derived here; the maps of Nakanishi 2025 and Vasylenko et al. 2025",
    cases={
        "quick": _cases(LENGTHS[:2], 5),
        "full": _cases(LENGTHS, 20),
        "paper": _cases(LENGTHS, 200),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run,
)
