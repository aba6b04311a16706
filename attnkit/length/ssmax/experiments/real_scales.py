"""Scales put into a trained encoder that has never seen them: what is left of its embedding?"""

import math
from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import normalize

from attnkit.densities import entmax
from attnkit.diagnostics import entropy
from attnkit.experiments import Experiment
from attnkit.length.ssmax.ssmax import ssmax_weights
from attnkit.trained import encoder, intervene, passages

__all__ = ["REAL_SCALES"]

REFERENCE = math.log(128)
"""log n of the length at which a scale of log n changes nothing."""

MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda scores: scores.softmax(-1),
    "log n": lambda scores: ssmax_weights(scores, 1 / REFERENCE),
    "0.43 log n": lambda scores: ssmax_weights(scores, 0.43),
    "times 1.5": lambda scores: (1.5 * scores).softmax(-1),
    "times 2.5": lambda scores: (2.5 * scores).softmax(-1),
    "entmax": entmax,
}


def read_by(weigh: Callable[[Tensor], Tensor], text: str) -> tuple[Tensor, float]:
    """The passage's embedding, of length one, and the mean entropy of all rows of all heads."""
    model, entropies = encoder().model, []

    def change(layer, made):
        weights = weigh(made.scores)
        entropies.append(entropy(weights).mean().item())
        return weights, made.values

    hidden = intervene(model, encoder().tokens(text), change)
    return normalize(hidden[-1].mean(0), dim=0), sum(entropies) / len(entropies)


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each map the cosine to the embedding of the model as it is, and the mean entropy."""
    text = passages()[case["passage"]]
    usual, _ = read_by(MAPS["softmax"], text)
    found: dict = {"n": len(encoder().tokens(text)), "cosine": {}, "entropy": {}}
    for name, weigh in MAPS.items():
        embedding, mean = read_by(weigh, text)
        found["cosine"][name] = round((embedding @ usual).item(), 5)
        found["entropy"][name] = round(mean, 4)
    return found


REAL_SCALES = Experiment(
    name="length-real-scales",
    title="Scales put into a trained encoder afterwards: its embedding, and entropy against length",
    source="measured here on all-MiniLM-L6-v2, one six-layer encoder",
    cases={
        "quick": [{"passage": i} for i in (3, 9, 14)],
        "full": [{"passage": i} for i in range(len(passages()))],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
