"""Three sentences with every explanation of their numbers, for a figure."""

import torch

from attnkit.experiments import Experiment
from attnkit.interpretation.agreement.experiments.real import chosen, explained, place
from attnkit.trained import passages
from attnkit.trained.experiments.common import SOURCE, real, rounded

__all__ = ["AGREEMENT_SHOWN"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Words of a passage's first long sentence, and explanations of its cosine to the others."""
    sentence, others = chosen(passages()[case["passage"]])[0]
    generator = torch.Generator().manual_seed(case["passage"])
    found = explained(sentence, place(others), generator)
    words = real().words(real().tokens(sentence))[1:-1]
    return {"words": words} | {name: rounded(each.double(), 5) for name, each in found.items()}


AGREEMENT_SHOWN = Experiment(
    name="interpretation-agreement-shown",
    title="Three sentences and every explanation of how near they stand to their passage",
    source=SOURCE,
    cases={
        "quick": [{"passage": 17}],
        "full": [{"passage": place} for place in (14, 20, 24)],
    },
    seeds={"quick": 1, "full": 1},
    run=run,
)
