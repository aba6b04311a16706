"""Do explanations of a small reader agree, with context and without?"""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.interpretation.agreement.experiments.pairs import chance, sizes, taus
from attnkit.interpretation.agreement.explanations import (
    gradient_norm,
    gradient_times_input,
    integrated_gradients,
    leave_one_out,
    replace_one,
)
from attnkit.interpretation.shared.experiments.reader import CONTEXTS, Reader, accuracy, trained
from attnkit.interpretation.shared.sentences import draw, relevance

__all__ = ["AGREEMENT_TOY"]


def explained(reader: Reader, words: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """Every explanation (word,) of one sentence (word,); nothing is the mean word."""
    inputs, nothing = reader.words(words), reader.words.weight.mean(0)
    return {
        "attention": reader.weights(words),
        "gradient": gradient_norm(reader, inputs),
        "gradient x input": gradient_times_input(reader, inputs),
        "integrated": integrated_gradients(reader, inputs, nothing[None]),
        "deleted": leave_one_out(reader, inputs),
        "replaced": replace_one(reader, inputs, nothing),
        "planted": relevance(words),
        "random": chance(len(words), generator),
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """Mean tau of every pair over sentences, without signs, and the accuracy."""
    reader = trained(case["context"], "additive", n_steps=case["steps"], seed=seed)
    generator = torch.Generator().manual_seed(1000 + seed)
    words, _ = draw(case["sentences"], generator)
    rows = [taus(sizes(explained(reader, row, generator))) for row in words]
    means = {name: torch.tensor([row[name] for row in rows]).nanmean().item() for name in rows[0]}
    found = {name: round(mean, 4) for name, mean in means.items()}
    return found | {"accuracy": round(accuracy(reader, *draw(1000, generator)), 4)}


def _cases(steps: int, sentences: int) -> list[dict]:
    return [{"context": c, "steps": steps, "sentences": sentences} for c in CONTEXTS]


AGREEMENT_TOY = Experiment(
    name="interpretation-agreement-toy",
    title="Agreement by rank of explanations of a small reader, with context and without",
    source="Jain and Wallace 2019 and Neely et al. 2022, arXiv:2205.04559; a toy of ours",
    cases={"quick": _cases(20, 5), "full": _cases(500, 100)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
