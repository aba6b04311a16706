"""Train induction models, score their heads, hold the scores to chance, take heads out."""

import itertools

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.interpretation.retrieval_heads.chance import (
    permuted_scores,
    retrieval_chance,
    share_above,
)
from attnkit.interpretation.retrieval_heads.decoding import write_on
from attnkit.interpretation.retrieval_heads.experiments.training import VOCABULARY, Lesson, accuracy
from attnkit.interpretation.retrieval_heads.model import InductionModel
from attnkit.interpretation.retrieval_heads.score import retrieval_scores
from attnkit.interpretation.retrieval_heads.sequences import hidden_needles

__all__ = ["RETRIEVAL_HEADS", "Hunt", "run"]

SIZE, N_DRAWS = 8, 40


class Hunt:
    """One model and needles of eight tokens in haystacks of one length."""

    def __init__(self, model: InductionModel, haystack: int, n_texts: int, seed: int):
        generator = torch.Generator().manual_seed(1_000_003 + seed)
        self.model, self.generator = model, generator
        self.tokens, self.needle = hidden_needles(
            n_texts, haystack, size=SIZE, vocabulary=VOCABULARY, generator=generator
        )
        self.wanted = self.tokens[self.needle].view(n_texts, SIZE)[:, 1:]

    def recall(self, kept: Tensor | None = None) -> float:
        """Share of the needle's tokens after the cue that are written."""
        written, _ = write_on(self.model, self.tokens, SIZE - 1, kept)
        return (written == self.wanted).double().mean().item()

    def evidence(self) -> tuple[Tensor, ...]:
        """Rows of all heads (text, layer · head, step, key), tokens, what was written, needle."""
        written, weights = write_on(self.model, self.tokens, SIZE - 1)
        tokens = torch.cat([self.tokens, written[:, :-1]], 1)
        later = weights.shape[-1] - self.needle.shape[1]
        return (
            weights.flatten(1, 2),
            tokens,
            written,
            torch.nn.functional.pad(self.needle, (0, later)),
        )

    def scores(self) -> dict:
        """Of each head (layer, head) the mean over texts; chance; the highest that it drew."""
        evidence = self.evidence()
        mean = retrieval_scores(*evidence).mean(0)
        drawn = permuted_scores(*evidence, n_draws=N_DRAWS, generator=self.generator).mean(1)
        value = share_above(mean, drawn)
        return {
            "scores": rounded(mean.view(2, -1)),
            "chance": rounded(retrieval_chance(*evidence).mean(0).view(2, -1)),
            "highest": round(drawn.max().item(), 4),
            "p": rounded(value.view(2, -1)),
        }


def rounded(numbers: Tensor) -> list:
    """As they are recorded."""
    return [[round(each, 4) for each in row] for row in numbers.tolist()]


def without(n_heads: int, out: list[int]) -> Tensor:
    """Heads kept (layer, head) where these are taken out, counted through both layers."""
    kept = torch.ones(2 * n_heads, dtype=torch.bool)
    kept[out] = False
    return kept.view(2, n_heads)


def in_order(hunt: Hunt, order: list[int], n_heads: int, most: int) -> list[float]:
    """Recall after the first 0, 1, … heads of an order are gone."""
    return [round(hunt.recall(without(n_heads, order[:k])), 4) for k in range(most + 1)]


def every_subset(hunt: Hunt, n_heads: int) -> list[float]:
    """Recall of every subset of heads kept, counted in binary with the first head in front."""
    subsets = itertools.product((False, True), repeat=2 * n_heads)
    return [round(hunt.recall(torch.tensor(kept).view(2, n_heads)), 3) for kept in subsets]


def hunted(hunt: Hunt, n_heads: int, whole: bool) -> dict:
    """Scores, recall with each head taken out, and after several, by score or at random."""
    found = hunt.scores()
    order = torch.tensor(found["scores"]).flatten().argsort(descending=True).tolist()
    chance = torch.randperm(2 * n_heads, generator=hunt.generator).tolist()
    alone = [hunt.recall(without(n_heads, [head])) for head in range(2 * n_heads)]
    return found | {
        "alone": rounded(torch.tensor(alone).view(2, n_heads)),
        "by_score": in_order(hunt, order, n_heads, n_heads),
        "at_random": in_order(hunt, chance, n_heads, n_heads),
        **({"subsets": every_subset(hunt, n_heads)} if whole else {}),
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """Steps until 99 % of the known tokens are right, the accuracy at the end, and the hunts."""
    lesson, n_heads = Lesson(seed, case["n_heads"]), case["n_heads"]
    reached = None
    while lesson.n_steps < case["steps"]:
        lesson(25)
        if reached is None and accuracy(lesson.model) >= 0.99:
            reached = lesson.n_steps
    model = lesson.model.eval()
    found = {
        str(n): hunted(Hunt(model, n, case["n_texts"], seed), n_heads, case["subsets"])
        for n in case["haystacks"]
    }
    return {"reached": reached, "accuracy": round(accuracy(model), 4), "haystacks": found}


def _case(n_heads: int, steps: int, n_texts: int, subsets: bool, *haystacks: int) -> dict:
    named = {"n_heads": n_heads, "steps": steps, "n_texts": n_texts, "subsets": subsets}
    return {**named, "haystacks": list(haystacks)}


RETRIEVAL_HEADS = Experiment(
    name="interpretation-retrieval-heads",
    title="Retrieval heads of small induction models: scores, chance, and heads taken out",
    source="Wu et al. 2024 (arXiv:2404.15574) for the score; models and sizes are ours",
    cases={
        "quick": [_case(4, 100, 16, False, 16)],
        "full": [_case(4, 300, 64, True, 16, 32, 48), _case(8, 300, 64, False, 32)],
    },
    seeds={"quick": 1, "full": 5},
    run=run,
)
