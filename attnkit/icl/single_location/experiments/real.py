"""Do rows of a trained encoder look like one marked token among normal ones?"""

import math

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_LOCATION", "leaders"]


def leaders(scores: Tensor) -> dict[str, Tensor]:
    """Of each row (..., query, key) the top score's lead over the rest, in two units; its weight.

    `deviations` is the lead over the mean of the other scores by their standard deviation s, and
    `calibration` that lead over s²: one where a weight is the chance to be the marked token.
    """
    top, place = scores.max(-1, keepdim=True)
    n = scores.shape[-1] - 1
    mean = (scores.sum(-1, keepdim=True) - top) / n
    rest = torch.where(
        torch.arange(n + 1) == place, torch.zeros_like(scores), (scores - mean).square()
    )
    variance = rest.sum(-1) / (n - 1)
    lead = (top - mean).squeeze(-1)
    weight = scores.softmax(-1).amax(-1)
    return {
        "deviations": lead / variance.sqrt(),
        "calibration": lead / variance,
        "weight": weight,
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """By head (layer, head): medians over rows, and the share whose top no noise would reach."""
    scores = capture(real(), passage(case)).scores.double()
    found = leaders(scores)
    n = scores.shape[-1]
    marked = found["deviations"] > math.sqrt(2 * math.log(n)) + 1
    medians = {name: rounded(table.median(-1).values, 3) for name, table in found.items()}
    return {"n": n, **medians, "marked": rounded(marked.double().mean(-1), 3)}


REAL_LOCATION = Experiment(
    name="icl-single-location-real",
    title="How far the top score of each row stands out, head by head",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
