"""What a head learns under an elastic softmax, and what this would leave of a trained encoder."""

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.experiments import Experiment
from attnkit.normalisation.elastic.elastic import elastic_softmax
from attnkit.normalisation.elastic.theory import share_of_zeros
from attnkit.normalisation.shared.reweighed import embedding
from attnkit.normalisation.shared.trigger_copy import Head, Sequences, measure, train
from attnkit.trained import capture, encoder, passages

__all__ = ["TOY", "TRAINED"]


def run_toy(case: dict, *, seed: int, device: str) -> dict:
    """One head trained at an offset of -1, on sequences with or without a first mark."""
    generator = torch.Generator().manual_seed(seed)
    sequences = Sequences(begins=case["begins"])
    head = Head(elastic_softmax, sequences.width, generator=generator, n_seeds=1)
    train(head, sequences, case["n_steps"], generator)
    found = measure(head, sequences, generator)._asdict()
    return {name: found[name].item() for name in ("loss", "first", "row_sum", "output")}


def renormalised(scores: Tensor) -> Tensor:
    """Elastic weights, divided by their sum where there is one."""
    weights = elastic_softmax(scores)
    return weights / weights.sum(-1, keepdim=True).clamp_min(1e-12)


def heads_of(scores: Tensor) -> dict[str, Tensor]:
    """By head (head,): share of zeros and row sum at an offset of -1, and the spread of scores."""
    weights, spread = elastic_softmax(scores), scores.std(-1)
    return {
        "zeros": (weights == 0).double().mean((-2, -1)),
        "predicted": share_of_zeros(spread.double(), -1.0).mean(-1),
        "row_sum": weights.sum(-1).double().mean(-1),
        "spread": spread.double().mean(-1),
        "first_before": softmax(scores)[..., 0].double().mean(-1),
        "first_after": weights[..., 0].double().mean(-1),
    }


def run_trained(case: dict, *, seed: int, device: str) -> dict:
    """By head, as means over passages; and by passage how near the embedding stays."""
    real, by_head, near = encoder(), {}, {"elastic": [], "renormalised": []}
    for text in passages()[: case["n_passages"]]:
        tokens = real.tokens(text)
        scores = capture(real.model, tokens).scores.flatten(0, 1)
        for name, numbers in heads_of(scores).items():
            by_head.setdefault(name, []).append(numbers)
        plain = embedding(real, tokens)
        for name, weigh in (("elastic", elastic_softmax), ("renormalised", renormalised)):
            near[name].append((plain @ embedding(real, tokens, weigh)).item())
    means = {name: torch.stack(numbers).mean(0).tolist() for name, numbers in by_head.items()}
    return means | {f"cosine_{name}": cosines for name, cosines in near.items()}


TOY = Experiment(
    name="normalisation-elastic-toy",
    title="A head that copies at a trigger under an elastic softmax, with and without a first mark",
    source="Settings are ours, after arXiv:2601.00919 and Gu et al. 2024",
    cases={
        "quick": [{"begins": False, "n_steps": 40}],
        "full": [{"begins": begins, "n_steps": 400} for begins in (True, False)],
    },
    seeds={"quick": 1, "full": 10},
    run=run_toy,
)

TRAINED = Experiment(
    name="normalisation-elastic",
    title="Zeros, row sums and embeddings of one six-layer encoder under an elastic softmax",
    source="Measured here on all-MiniLM-L6-v2, with the first offset of arXiv:2601.00919",
    cases={"quick": [{"n_passages": 2}], "full": [{"n_passages": 30}]},
    seeds={"quick": 1, "full": 1},
    run=run_trained,
)
