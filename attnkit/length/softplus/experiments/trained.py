"""What a trained encoder says when it reads by cosines, and the scale that its own heads have."""

import math

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.experiments import Experiment
from attnkit.length.softplus.cosines import cosine_scores
from attnkit.length.softplus.reweighting import reweighted_softplus_weights
from attnkit.length.softplus.softplus import softplus_weights
from attnkit.trained import Capture, capture, encoder, intervene, passages

__all__ = ["TRAINED"]

MAPS = {
    "softmax at the same scale": softmax,
    "LSSA": softplus_weights,
    "LSSAR": reweighted_softplus_weights,
}


def own_scale(found: Capture) -> Tensor:
    """Median length of query times length of key over √d (layer, head): a score per cosine."""
    lengths = found.queries.norm(dim=-1)[..., :, None] * found.keys.norm(dim=-1)[..., None, :]
    return lengths.flatten(-2).median(-1).values / math.sqrt(found.queries.shape[-1])


def place(hidden: Tensor) -> Tensor:
    """The passage's place (width,): the mean of the last states, of length one."""
    return torch.nn.functional.normalize(hidden[-1].mean(0), dim=0)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Cosines with the unmodified place of a passage, by map; the scale of each head."""
    real = encoder()
    tokens = real.tokens(passages()[case["passage"]])
    found = capture(real.model, tokens)
    kept = {}
    for name, weigh in MAPS.items():
        hidden = intervene(
            real.model,
            tokens,
            lambda layer, made, w=weigh: (w(cosine_scores(made.queries, made.keys)), made.values),
        )
        kept[name] = round(float(place(hidden) @ place(found.hidden)), 4)
    scales = own_scale(found).flatten().tolist()
    return {"n": len(tokens), **kept, "own scale": [round(scale, 2) for scale in scales]}


TRAINED = Experiment(
    name="length-softplus-trained",
    title="A trained encoder under LSSA and LSSAR, and the scale of its seventy-two heads",
    source="Measured here on all-MiniLM-L6-v2 (Wang et al. 2020): one six-layer encoder",
    cases={
        "quick": [{"passage": passage} for passage in (3, 9)],
        "full": [{"passage": passage} for passage in range(30)],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
