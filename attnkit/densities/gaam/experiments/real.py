"""Rows of a trained encoder by products of Gaussians: the best of them, head by head."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["GAAM_REAL"]

N_STEPS = 30


def features_of(scores: Tensor) -> Tensor:
    """(layer, head, query, key, 2): what Σδ/w² and Σ1/w² multiply, for each key."""
    centred = scores - scores.mean(-1, keepdim=True)
    variance = centred.square().sum(-1, keepdim=True) / (scores.shape[-1] - 1) + 1e-8
    return torch.stack([centred / variance, -centred.square() / variance / 2], -1)


def fitted(features: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Least mean divergence (layer, head) of the rows from those of coefficients, and these.

    A convex function; Newton's steps, shortened for a head until they lead down.
    """
    made = features.new_zeros(*features.shape[:2], features.shape[-1])
    damping = features.new_full(features.shape[:2], 1e-3)
    best, slope, bent = _bend(features, weights, made)
    for _ in range(N_STEPS):
        held = torch.diag_embed(bent.diagonal(dim1=-2, dim2=-1) * damping[..., None] + 1e-12)
        tried = made - torch.linalg.solve(bent + held, slope)
        found = _bend(features, weights, tried)
        better = found[0] < best
        damping = torch.where(better, damping / 4, damping * 6).clamp(1e-9, 1e9)
        made = torch.where(better[..., None], tried, made)
        best = torch.where(better, found[0], best)
        slope = torch.where(better[..., None], found[1], slope)
        bent = torch.where(better[..., None, None], found[2], bent)
    return best, made


def _bend(features: Tensor, weights: Tensor, made: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Divergence (layer, head), its slope and its second derivative."""
    log_rows = (features @ made[..., None, :, None])[..., 0].log_softmax(-1)
    rows = log_rows.exp()
    means = (rows[..., None, :] @ features)[..., 0, :]
    slope = (means - (weights[..., None, :] @ features)[..., 0, :]).mean(-2)
    second = (rows[..., None] * features).mT @ features
    bent = (second - means[..., None] * means[..., None, :]).mean(-3)
    return _apart(weights, log_rows), slope, bent


def _apart(weights: Tensor, log_rows: Tensor) -> Tensor:
    return (torch.special.xlogy(weights, weights) - weights * log_rows).sum(-1).mean(-1)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Divergence of every head from its best product, from one of endless width, from uniform."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        scores = read.scores.double()
        features, weights = features_of(scores), scores.softmax(-1)
        both, made = fitted(features, weights)
        slope, _ = fitted(features[..., :1], weights)
        # Convex: where the free optimum has a negative width, the best is an endless one.
        finite = made[..., 1] > 0
        uniform = _apart(weights, torch.zeros_like(scores).log_softmax(-1))
        spread = scores.std(-1)
    return {
        "product": rounded(torch.where(finite, both, slope).flatten(), 3),
        "endless width": rounded(slope.flatten(), 3),
        "uniform": rounded(uniform.flatten(), 3),
        "with a parabola of any sign": rounded(both.flatten(), 3),
        "finite": rounded(finite.double().mean(), 3),
        "spread of s": rounded((spread.std(-1) / spread.mean(-1)).flatten(), 3),
    }


GAAM_REAL = Experiment(
    name="densities-gaam-real",
    title="Rows of seventy-two heads by the best product of Gaussians for each head",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
