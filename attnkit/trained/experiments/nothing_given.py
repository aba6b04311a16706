"""What the embedding loses when the first token's weight, or its silence, is taken away."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture, heads, intervene
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["CHANGES", "DOSES", "NOTHING_GIVEN", "sink_heads"]

DOSES = (0.25, 0.5, 0.75, 1.0)
ABOVE = 0.3


def sink_heads() -> Tensor:
    """(layer, head): those that give the first token more than 0.3, the mean over passages."""
    shares = np.reshape(heads()["first_share"], (6, -1))
    return torch.from_numpy(shares > ABOVE)


def dropped(weights: Tensor, values: Tensor, by: float) -> tuple[Tensor, Tensor]:
    """The first key's weight falls, and nobody gets it."""
    left = torch.ones(weights.shape[-1])
    left[0] = 1 - by
    return weights * left, values


def passed_on(weights: Tensor, values: Tensor, by: float) -> tuple[Tensor, Tensor]:
    """The first key's weight falls, and the others share it in proportion."""
    weights, _ = dropped(weights, values, by)
    return weights / weights.sum(-1, keepdim=True), values


def heard(weights: Tensor, values: Tensor, by: float) -> tuple[Tensor, Tensor]:
    """The first value grows towards the median length, its direction kept."""
    norms = values.norm(dim=-1)
    usual = norms.median(-1).values
    stretch = torch.ones_like(norms)
    stretch[..., 0] = 1 - by + by * usual / norms[..., 0]
    return weights, values * stretch[..., None]


CHANGES: dict[str, Callable] = {"dropped": dropped, "passed_on": passed_on, "heard": heard}


def runner_up(change: Callable) -> Callable:
    """A change of the key that gets most after the first, in each head its own."""

    def changed(weights, values, by):
        place = weights.mean(-2)[:, 1:].argmax(-1) + 1
        order = torch.arange(weights.shape[-1]).repeat(len(weights), 1)
        order[:, 0], order[torch.arange(len(weights)), place] = place, 0
        swapped = weights.gather(-1, order[:, None].expand_as(weights))
        swapped, _ = change(swapped, values, by)
        return swapped.gather(-1, order[:, None].expand_as(weights)), values

    return changed


def cosine(tokens: Tensor, change: Callable, by: float, chosen: Tensor) -> float:
    """Between the embedding as it is and with some heads changed."""

    def of_layer(layer, made):
        weights, values = change(made.weights, made.values, by)
        which = chosen[layer][:, None, None]
        return weights.where(which, made.weights), values.where(which, made.values)

    own = capture(real().model, tokens).hidden
    return rounded(embedding(own) @ embedding(intervene(real().model, tokens, of_layer)), 6)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Cosines for each change: in the sink heads by dose, whole in all heads, of the runner-up."""
    tokens, sinks = passage(case), sink_heads()
    result: dict = {"n": len(tokens)}
    for name, change in CHANGES.items():
        result[name] = [cosine(tokens, change, by, sinks) for by in DOSES]
        result[f"{name}_everywhere"] = cosine(tokens, change, 1.0, torch.ones_like(sinks))
    for name in ("dropped", "passed_on"):
        result[f"{name}_runner_up"] = cosine(tokens, runner_up(CHANGES[name]), 1.0, sinks)
    return result


NOTHING_GIVEN = Experiment(
    name="trained-nothing-given",
    title="The embedding with the first token's weight dropped, passed on, or its value heard",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
