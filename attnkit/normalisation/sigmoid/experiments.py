"""Which bias a head can be trained with, and what a trained encoder makes of a lost sum."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.normalisation.shared.reweighed import embedding
from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train
from attnkit.normalisation.sigmoid.sigmoid import sigmoid_weights
from attnkit.trained import encoder, passages

__all__ = ["POST_HOC", "SIGMOID_BIAS_TOY"]

SOURCE = "Ramapuram et al. 2024, arXiv:2409.04431; this toy is ours"
BIASES = (0.0, -1.0, -2.0, round(-math.log(16), 4), -4.0, -6.0, -8.0)
REPLACEMENTS: dict[str, Callable[[Tensor], Tensor]] = {
    "b = −log n": sigmoid_weights,
    "b = 0": partial(sigmoid_weights, bias=0.0),
    "b = −logsumexp": lambda scores: sigmoid_weights(scores, -scores.logsumexp(-1, keepdim=True)),
}


def run_toy(case: dict, *, seed: int, device: str) -> dict:
    """Train heads side by side with one bias for all rows, and measure their silent rows."""
    chance = torch.Generator().manual_seed(seed)
    sequences = Sequences(begins=False)
    weigh = partial(sigmoid_weights, bias=case["bias"])
    head = Head(weigh, sequences.width, generator=chance, n_seeds=case["n_heads"])
    train(head, sequences, case["steps"], chance)
    measured = measure(head, sequences, chance)
    return {
        "loss": [round(loss, 6) for loss in measured.loss.tolist()],
        "row_sum": [round(total, 5) for total in measured.row_sum.tolist()],
    }


def run_encoder(case: dict, *, seed: int, device: str) -> dict:
    """Put other weights into all heads: cosine of the embedding to its own, and sums of rows."""
    reader, weigh, sums = encoder(), REPLACEMENTS[case["weights"]], []

    def replaced(scores: Tensor) -> Tensor:
        weights = weigh(scores)
        sums.append(weights.sum(-1).mean(-1))
        return weights

    own, other = [], []
    for text in passages()[: case["n_passages"]]:
        tokens = reader.tokens(text)
        own.append(embedding(reader, tokens))
        other.append(embedding(reader, tokens, replaced))
    own, other = torch.stack(own), torch.stack(other)
    of_head = torch.stack(sums).reshape(len(own), -1).mean(0)
    return {
        "cosine": [round(cosine, 4) for cosine in (own * other).sum(-1).tolist()],
        "between": round(_between(own), 4),
        "row_sum": [round(total, 4) for total in of_head.tolist()],
    }


def _between(embeddings: Tensor) -> float:
    """Mean cosine of two different passages."""
    n = len(embeddings)
    return ((embeddings @ embeddings.mT).sum().item() - n) / (n * (n - 1))


def _toys(n_heads: int, steps: int) -> list[dict]:
    return [{"bias": bias, "n_heads": n_heads, "steps": steps} for bias in BIASES]


def _encoders(n_passages: int) -> list[dict]:
    return [{"weights": name, "n_passages": n_passages} for name in REPLACEMENTS]


SIGMOID_BIAS_TOY = Experiment(
    name="normalisation-sigmoid-bias",
    title="One bias for all rows: which can a head be trained with?",
    source=SOURCE,
    cases={"quick": _toys(2, 40), "full": _toys(5, 300)},
    seeds={"quick": 1, "full": 1},
    run=run_toy,
)

POST_HOC = Experiment(
    name="normalisation-post-hoc",
    title="One six-layer encoder whose softmax is replaced by sigmoids",
    source="Ramapuram et al. 2024, arXiv:2409.04431, who train with it; the replacement is ours",
    cases={"quick": _encoders(3), "full": _encoders(30)},
    seeds={"quick": 1, "full": 1},
    run=run_encoder,
)
