"""Do explanations of what a trained encoder says of a sentence agree?"""

import re
from collections.abc import Callable
from functools import cache

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
from attnkit.interpretation.agreement.rollout import attention_rollout
from attnkit.trained import capture, passages
from attnkit.trained.experiments.common import SOURCE, embedding, every_passage, real

__all__ = ["AGREEMENT_REAL"]

LENGTHS = range(8, 41)
"""Tokens of a sentence that is explained, the two ends not counted."""

MOST = 2
"""Sentences of a passage."""


def sentences(text: str) -> list[str]:
    """A passage at its full stops."""
    return re.split(r"(?<=[.!?])\s+", text)


@cache
def place(text: str) -> Tensor:
    """Where the encoder puts a text (width,)."""
    with torch.no_grad():
        return embedding(_hidden(_inputs(text)))


def _inputs(text: str) -> Tensor:
    """Word embeddings (token, width) of a text, the two ends included."""
    model = real().model
    return model.get_input_embeddings()(real().tokens(text)).detach()


def _hidden(inputs: Tensor) -> tuple[Tensor, ...]:
    return real().model(inputs_embeds=inputs[None]).last_hidden_state


def score_of(ends: Tensor, direction: Tensor) -> Callable[[Tensor], Tensor]:
    """From a sentence's tokens (token, width), without its two ends, to a number."""

    def score(inner: Tensor) -> Tensor:
        return embedding(_hidden(torch.cat([ends[:1], inner, ends[1:]]))) @ direction

    return score


def looked_at(sentence: str) -> dict[str, Tensor]:
    """What the weights say (token,), ends left out: mean over heads and queries; rollout."""
    weights = capture(real().model, real().tokens(sentence)).weights
    through = attention_rollout(weights).mean(0)
    return {"attention": weights.mean((0, 1, 2))[1:-1], "rollout": through[1:-1]}


def explained(sentence: str, direction: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """Every explanation (token,) of one number."""
    given = _inputs(sentence)
    inner, score = given[1:-1], score_of(given[[0, -1]], direction)
    table, tokenizer = real().model.get_input_embeddings(), real().tokenizer
    mask = table.weight[tokenizer.mask_token_id].detach()
    return looked_at(sentence) | {
        "gradient": gradient_norm(score, inner),
        "gradient x input": gradient_times_input(score, inner),
        "integrated": integrated_gradients(score, inner, mask[None]),
        "deleted": leave_one_out(score, inner),
        "replaced": replace_one(score, inner, mask),
        "random": chance(len(inner), generator),
    }


def chosen(text: str) -> list[tuple[str, str]]:
    """Sentences of a passage that are neither short nor long, each with what stands around it."""
    parts = sentences(text)
    fits = [i for i, each in enumerate(parts) if len(real().tokens(each)) - 2 in LENGTHS]
    around = [(parts[i], " ".join(parts[:i] + parts[i + 1 :])) for i in fits]
    return [pair for pair in around if pair[1]][:MOST]


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each sentence the tau of every pair of explanations of its cosine to the others.

    Of their sizes, and of themselves, signs and all.
    """
    text, generator = passages()[case["passage"]], torch.Generator().manual_seed(case["passage"])
    found: dict[str, list] = {"sizes": [], "signed": []}
    for sentence, others in chosen(text):
        parts = explained(sentence, place(others), generator)
        found["sizes"].append(_rounded(taus(sizes(parts))))
        found["signed"].append(_rounded(taus(parts)))
    return found


def _rounded(row: dict[str, float]) -> dict[str, float]:
    return {name: round(tau, 3) for name, tau in row.items()}


AGREEMENT_REAL = Experiment(
    name="interpretation-agreement-real",
    title="Agreement by rank of explanations of a trained encoder's numbers",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
