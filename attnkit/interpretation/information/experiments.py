"""What a reader's weights tell of the words that matter, with context and without."""

import torch

from attnkit.experiments import Experiment
from attnkit.interpretation.information.information import (
    permuted_information,
    plug_in_information,
    quantile_bins,
)
from attnkit.interpretation.shared.experiments.reader import (
    CONTEXTS,
    SCORES,
    Reader,
    accuracy,
    trained,
)
from attnkit.interpretation.shared.sentences import draw, relevance

__all__ = ["INFORMATION_TOY", "share_told"]

N_BINS = 10
N_TEST = 500


def share_told(reader: Reader, generator: torch.Generator) -> dict[str, float]:
    """Information of binned weights about relevance over its entropy; shuffled; and accuracy."""
    words, labels = draw(N_TEST, generator)
    bins = quantile_bins(reader.weights(words).flatten(), N_BINS)
    planted = relevance(words).flatten()
    all_of_it = plug_in_information(planted, planted)
    chance = permuted_information(bins, planted, 5, generator).mean()
    return {
        "share": round((plug_in_information(bins, planted) / all_of_it).item(), 4),
        "shuffled": round((chance / all_of_it).item(), 5),
        "accuracy": round(accuracy(reader, words, labels), 4),
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """Of one trained reader."""
    reader = trained(case["context"], case["scores"], n_steps=case["steps"], seed=seed)
    return share_told(reader, torch.Generator().manual_seed(1000 + seed))


def _cases(steps: int) -> list[dict]:
    return [{"context": c, "scores": s, "steps": steps} for c in CONTEXTS for s in SCORES]


INFORMATION_TOY = Experiment(
    name="interpretation-information-toy",
    title="What the weights of a small reader tell of the words that matter",
    source="The question is that of Wen et al. 2022, arXiv:2211.07714; the measure is ours",
    cases={"quick": _cases(20), "full": _cases(200)},
    seeds={"quick": 1, "full": 3},
    run=run,
)
