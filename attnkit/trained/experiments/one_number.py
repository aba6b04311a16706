"""One coordinate of the first token's state, turned down, or planted on another token."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from attnkit.diagnostics import sink_share
from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["CONTROLS", "COORDINATE", "DOSES", "ONE_NUMBER", "blended"]

COORDINATE = 99
"""The largest entry of the first token's state after the first layer, in every passage."""

CONTROLS = (157, 238, 347, 246)
"""The next largest, by how far the first token stands from the usual one."""
DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)


@contextmanager
def blended(model, token: int, coordinate: int, *, towards: Tensor, by: float) -> Iterator[None]:
    """Within the block one entry of the state after the first layer moves towards a number.

    By 0 it stays, by 1 it is there.
    """

    def move(layer, arguments, states):
        states = states.clone()
        states[0, token, coordinate] += by * (towards - states[0, token, coordinate])
        return states

    handle = model.encoder.layer[0].register_forward_hook(move)
    try:
        yield
    finally:
        handle.remove()


def shares(tokens: Tensor, at: int) -> list[float]:
    """What a token gets in each layer, the mean over its heads and queries."""
    found = capture(real().model, tokens)
    return rounded(sink_share(found.weights)[..., at].mean(1))


def moved(tokens: Tensor, at: int, coordinate: int, towards: Tensor, by: float) -> list[float]:
    """The same while one entry of that token's state has moved."""
    with blended(real().model, at, coordinate, towards=towards, by=by):
        return shares(tokens, at)


def regrown(tokens: Tensor, towards: Tensor, by: float) -> float:
    """The first token's number after the next layer, while it is turned down before it."""
    with blended(real().model, 0, COORDINATE, towards=towards, by=by):
        return rounded(capture(real().model, tokens).hidden[2, 0, COORDINATE])


def run(case: dict, *, seed: int, device: str) -> dict:
    """Shares by layer of the first token, with less of the number, and of one that is given it."""
    tokens = passage(case)
    states = capture(real().model, tokens).hidden[1]
    first, usual, middle = states[0], states.median(0).values, len(tokens) // 2
    chosen = (COORDINATE, *CONTROLS)
    return {
        "n": len(tokens),
        "largest": int(first.abs().argmax()),
        "number": rounded(first[COORDINATE]),
        "rest": rounded(torch.cat([first[:COORDINATE], first[COORDINATE + 1 :]]).norm()),
        "second": int(first.abs().topk(2).indices[1]),
        "less": [moved(tokens, 0, COORDINATE, usual[COORDINATE], 1 - d) for d in DOSES],
        "regrown": [regrown(tokens, usual[COORDINATE], 1 - d) for d in DOSES],
        "planted": [moved(tokens, middle, COORDINATE, first[COORDINATE], d) for d in DOSES],
        "reset": [moved(tokens, 0, c, usual[c], 1.0) for c in chosen],
        "given": [moved(tokens, middle, c, first[c], 1.0) for c in chosen],
    }


ONE_NUMBER = Experiment(
    name="trained-one-number",
    title="The first token's share while one coordinate of its state is turned down or planted",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
