"""How much of a trained head's scores is a matter of place: seventy-two heads."""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.positional_to_semantic.shares import positional_share
from attnkit.trained import capture, passages
from attnkit.trained.experiments.common import SOURCE, passage, real, rounded

__all__ = ["REAL_SHARES"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """The share by head, of passages cut to one length, and with the tokens of each shuffled.

    [CLS], which is the same token everywhere, is left out.
    """
    n = case["n"]
    read = [passage({"passage": i}) for i in range(case["passages"])]
    read = [tokens[:n] for tokens in read if len(tokens) > n]
    scores = torch.stack([capture(real().model, tokens).scores[..., 1:, 1:] for tokens in read])
    chance = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(n - 1, generator=chance) for _ in scores]
    pairs = zip(scores, orders, strict=True)
    shuffled = torch.stack([each[..., order, :][..., order] for each, order in pairs])
    return {
        "texts": len(read),
        "share": rounded(positional_share(scores.double()).flatten()),
        "shuffled": rounded(positional_share(shuffled.double()).flatten()),
    }


REAL_SHARES = Experiment(
    name="icl-positional-real",
    title="The share of scores that is a matter of place, in seventy-two trained heads",
    source=SOURCE,
    cases={
        "quick": [{"n": 24, "passages": 15}],
        "full": [{"n": 64, "passages": len(passages())}],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
