"""Which token becomes the sink: the one that is called [CLS], or the one that stands first?"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from attnkit.diagnostics import sink_share
from attnkit.experiments import Experiment
from attnkit.trained import capture
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["APPOINTED", "STARTS", "counted_from"]

STARTS = (0, 1, 2, 4, 8, 16, 32, 64)
ABOVE = 0.3


@contextmanager
def counted_from(model, start: int) -> Iterator[None]:
    """Within the block the first token has this position, the second the next, and so on."""

    def shift(embeddings, arguments, named):
        n_tokens = named["input_ids"].shape[1]
        named["position_ids"] = torch.arange(start, start + n_tokens)[None]
        return arguments, named

    handle = model.embeddings.register_forward_pre_hook(shift, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def appointed(tokens: Tensor, start: int) -> tuple[dict, Tensor]:
    """What the first token gets in each layer, how many heads have a sink anywhere; the place."""
    with counted_from(real().model, start):
        found = capture(real().model, tokens)
    shares = sink_share(found.weights)
    return {
        "share": rounded(shares[..., 0].mean(1)),
        "heads": int((shares.amax(-1) > ABOVE).sum()),
    }, embedding(found.hidden)


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each place where counting begins, with [CLS] and without it."""
    tokens = passage(case)
    own = embedding(capture(real().model, tokens).hidden)
    result: dict = {"n": len(tokens)}
    for name, given in (("with", tokens), ("without", tokens[1:])):
        found = [appointed(given, start) for start in STARTS]
        result[f"{name}_share"] = [each["share"] for each, _ in found]
        result[f"{name}_heads"] = [each["heads"] for each, _ in found]
        result[f"{name}_cosine"] = [rounded(own @ place) for _, place in found]
    return result


APPOINTED = Experiment(
    name="trained-appointed",
    title="The first token's share with and without [CLS], wherever the positions begin",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
