"""Entropies of a trained encoder's heads when their scores are scaled by the length afterwards."""

import torch
from torch import Tensor

from attnkit.diagnostics import entropy
from attnkit.experiments import Experiment
from attnkit.length.diffusion_scale.diffusion_scale import diffusion_scale
from attnkit.length.entropy_abf import entropy_abf_scale
from attnkit.trained import capture, encoder, intervene, passages

__all__ = ["SCALES", "TRAINED"]

REFERENCE = 128
"""Taken for the length of training."""

SCALES = {
    "none": lambda n_keys: torch.ones_like(n_keys),
    "root": lambda n_keys: diffusion_scale(n_keys, REFERENCE),
    "logarithm": lambda n_keys: diffusion_scale(n_keys, REFERENCE).square(),
    "logarithm, one at least": lambda n_keys: entropy_abf_scale(n_keys, REFERENCE),
}


def place(hidden: Tensor) -> Tensor:
    """The passage's place (width,): the mean of the last states, of length one."""
    return torch.nn.functional.normalize(hidden[-1].mean(0), dim=0)


def run(case: dict, *, seed: int, device: str) -> dict:
    """By scale: the heads' entropies on their own scores, and what is left of the passage's place.

    For the second, every layer reads the scaled weights, so that later scores change too.
    """
    real = encoder()
    tokens = real.tokens(passages()[case["passage"]])
    found = capture(real.model, tokens)
    result: dict = {"n": len(tokens)}
    for name, scale_of in SCALES.items():
        factor = scale_of(torch.tensor([float(len(tokens))]))
        heads = entropy((factor * found.scores).softmax(-1)).mean(-1).flatten()
        result[f"entropy, {name}"] = [round(each, 3) for each in heads.tolist()]
        hidden = intervene(
            real.model,
            tokens,
            lambda _, made, f=factor: ((f * made.scores).softmax(-1), made.values),
        )
        result[f"kept, {name}"] = round(float(place(hidden) @ place(found.hidden)), 4)
    return result


TRAINED = Experiment(
    name="length-scales-trained",
    title="Entropy of seventy-two trained heads against length, scaled by a root and a logarithm",
    source="Measured here on all-MiniLM-L6-v2 (Wang et al. 2020): one six-layer encoder",
    cases={
        "quick": [{"passage": passage} for passage in (3, 9)],
        "full": [{"passage": passage} for passage in range(30)],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
