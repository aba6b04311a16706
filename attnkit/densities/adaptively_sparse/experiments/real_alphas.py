"""How sparse may each head of a trained encoder be, and how much of it does a scale make up for?"""

import torch
from torch import Tensor

from attnkit.densities.finite import entmax
from attnkit.diagnostics import entropy, support_size
from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["ADAPTIVE_REAL", "ALPHAS", "SCALES", "TOLERANCE"]

ALPHAS = (1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)
SCALES = (0.03, 0.05, 0.08, 0.12, 0.17, 0.25, 0.35, 0.5, 0.7, 1.0)
"""What the scores are multiplied by before entmax at 1.5."""

TOLERANCE = 0.1
"""By how much of its length a head's read-out may move."""

EVERY = 4
"""Only each fourth query is looked at."""

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Of one passage, quantiles over heads; and for each head what alpha it bears."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        scores, weights = read.scores[..., ::EVERY, :], read.weights[..., ::EVERY, :]
        found = {str(a): _measured(entmax(scores, a), weights, read.values) for a in ALPHAS}
        apart = torch.stack([_apart(entmax(s * scores, 1.5), weights) for s in SCALES])
    bears = _borne(torch.stack([found[str(a)]["moved"] for a in ALPHAS]))
    nearest = apart.flatten(1).argmin(0)
    return {
        "n": read.weights.shape[-1],
        "by alpha": {
            a: {name: _quantiles(each) for name, each in table.items()}
            for a, table in found.items()
        },
        "support at 1.5": rounded(found["1.5"]["support"].flatten(), 3),
        "borne": bears.flatten().tolist(),
        "apart at 1.5": _quantiles(apart[SCALES.index(1.0)]),
        "apart at 1.5, best scale": _quantiles(apart.amin(0)),
        "best scale": nearest.bincount(minlength=len(SCALES)).tolist(),
    }


def _measured(sparse: Tensor, weights: Tensor, values: Tensor) -> dict[str, Tensor]:
    """Support, entropy, and how far the read-out moves in units of its length; (layer, head)."""
    moved = ((sparse - weights) @ values).norm(dim=(-2, -1)) / (weights @ values).norm(dim=(-2, -1))
    return {
        "support": support_size(sparse).double().mean(-1),
        "entropy": entropy(sparse).mean(-1),
        "moved": moved,
    }


def _apart(sparse: Tensor, weights: Tensor) -> Tensor:
    """Mean total variation of two maps, (layer, head)."""
    return (sparse - weights).abs().sum(-1).mean(-1) / 2


def _borne(moved: Tensor) -> Tensor:
    """The largest alpha, from 1 up, at which a head has not yet moved too far."""
    within = (moved <= TOLERANCE).cumprod(0).sum(0)
    return torch.tensor((1.0, *ALPHAS))[within].double().mul(100).round().div(100)


def _quantiles(table: Tensor) -> list[float]:
    levels = torch.tensor(LEVELS, dtype=torch.float64)
    return rounded(table.double().flatten().quantile(levels))


ADAPTIVE_REAL = Experiment(
    name="densities-adaptively-sparse-real",
    title="How sparse seventy-two heads may be, and what a scale makes up for",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
