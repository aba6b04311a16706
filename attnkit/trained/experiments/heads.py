"""What each of seventy-two trained heads does with thirty passages, in a dozen numbers."""

from torch import Tensor
from torch.nn.functional import normalize

from attnkit.diagnostics import entropy, local_focus, sink_share
from attnkit.experiments import Experiment
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import (
    SOURCE,
    every_passage,
    output_weights,
    passage,
    real,
    rounded,
)

__all__ = ["HEADS", "measures"]


def measures(found: Capture, projections: Tensor) -> dict[str, Tensor]:
    """Each a number for every head (layer, head), the mean over queries.

    `projections` (layer, head, feature, width) is what each head's output goes through.
    """
    weights, shares = found.weights, sink_share(found.weights)
    return {
        "entropy": entropy(weights).mean(-1),
        "first_share": shares[..., 0],
        "last_share": shares[..., -1],
        "first_logit": log_odds(found.scores).mean(-1),
        "self_weight": weights.diagonal(dim1=-2, dim2=-1).mean(-1),
        "local_focus": local_focus(weights),
        "local_focus_5": local_focus(weights, distance=5),
        "output_cosine": mean_cosine(weights @ found.values),
        "value_ratio": first_to_median(found.values),
        "output_ratio": first_to_median(found.values @ projections),
    } | among_words(found.scores)


def among_words(scores: Tensor) -> dict[str, Tensor]:
    """Spread of the scores without the first and the last key, and the entropy that they make."""
    words = scores[..., 1:-1]
    return {
        "word_entropy": entropy(words.softmax(-1)).mean(-1),
        "word_variance": words.var(-1, correction=0).mean(-1),
    }


def log_odds(scores: Tensor) -> Tensor:
    """Logarithm of the first key's weight over that of all others (..., query)."""
    return scores[..., 0] - scores[..., 1:].logsumexp(-1)


def mean_cosine(outputs: Tensor) -> Tensor:
    """Mean cosine between what two different tokens (..., token, feature) read."""
    units = normalize(outputs, dim=-1)
    n_tokens = outputs.shape[-2]
    return (units.sum(-2).square().sum(-1) - n_tokens) / (n_tokens * (n_tokens - 1))


def first_to_median(vectors: Tensor) -> Tensor:
    """Length of the first vector over the median length (..., token, feature)."""
    norms = vectors.norm(dim=-1)
    return norms[..., 0] / norms.median(-1).values


def run(case: dict, *, seed: int, device: str) -> dict:
    """The measures of one passage, seventy-two numbers each, layer after layer."""
    tokens = passage(case)
    found = measures(capture(real().model, tokens), output_weights())
    return {"n": len(tokens)} | {name: rounded(each.flatten()) for name, each in found.items()}


HEADS = Experiment(
    name="trained-heads",
    title="Seventy-two trained heads on thirty passages: entropy, sinks, focus, spread of scores",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
