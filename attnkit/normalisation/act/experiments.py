"""How many sinks beside the first a trained encoder has, and what turning them down does to it."""

import statistics

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.diagnostics import sink_share
from attnkit.experiments import Experiment
from attnkit.normalisation.act.act import calibrate_sinks
from attnkit.normalisation.shared.reweighed import embedding
from attnkit.trained import capture, encoder, passages

__all__ = ["TRAINED"]


def later_sinks(weights: Tensor, threshold: float = 0.1) -> Tensor:
    """Keys with a mean weight above the threshold, the first of them not counted: (..., head)."""
    above = (sink_share(weights) > threshold).sum(-1)
    return (above - 1).clamp_min(0)


def calibrated(scores: Tensor) -> Tensor:
    """The paper's beta and threshold, in every head of a layer."""
    return calibrate_sinks(softmax(scores))


def run_trained(case: dict, *, seed: int, device: str) -> dict:
    """By layer the mean number of heads with a later sink; by passage how near embeddings stay."""
    real, heads, cosines = encoder(), [], []
    for text in passages():
        tokens = real.tokens(text)
        if len(tokens) < case["shortest"] or len(cosines) == case["n_passages"]:
            continue
        weights = capture(real.model, tokens).weights
        heads.append((later_sinks(weights) > 0).double().sum(-1))
        cosines.append((embedding(real, tokens) @ embedding(real, tokens, calibrated)).item())
    return {
        "heads": torch.stack(heads).mean(0).tolist(),
        "cosine": cosines,
        "mean_cosine": statistics.fmean(cosines),
    }


TRAINED = Experiment(
    name="normalisation-calibration",
    title="Sinks beside the first in one six-layer encoder, and its embeddings without them",
    source="Measured here on all-MiniLM-L6-v2, with the numbers of Yu et al. 2024's code",
    cases={
        # In a shorter passage ordinary keys have a tenth of the weight.
        "quick": [{"n_passages": 2, "shortest": 30}],
        "full": [{"n_passages": 30, "shortest": 30}],
    },
    seeds={"quick": 1, "full": 1},
    run=run_trained,
)
