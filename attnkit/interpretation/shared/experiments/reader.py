"""A small classifier that reads a sentence through one attention: its words, or states of them."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from attnkit.experiments import global_seed
from attnkit.interpretation.shared.sentences import N_WORDS, draw

__all__ = ["CONTEXTS", "SCORES", "Reader", "accuracy", "trained"]

WIDTH = 16
Loss = Callable[["Reader", Tensor, Tensor], Tensor]


class BothWays(nn.Module):
    """States of the same width that have read the words on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = nn.GRU(WIDTH, WIDTH // 2, batch_first=True, bidirectional=True)

    def forward(self, embedded: Tensor) -> Tensor:
        """(sentence, word, width) to the same."""
        return self.gates(embedded)[0]


class Additive(nn.Module):
    """Scores by one hidden layer (Bahdanau et al. 2015)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1))

    def forward(self, states: Tensor) -> Tensor:
        """(..., word)."""
        return self.layers(states)[..., 0]


class Dot(nn.Module):
    """Scores by a learned query, over the root of the width."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(WIDTH, 1, bias=False)

    def forward(self, states: Tensor) -> Tensor:
        """(..., word)."""
        return self.layer(states)[..., 0] * math.sqrt(1 / WIDTH)


CONTEXTS: dict[str, Callable[[], nn.Module]] = {"bag": nn.Identity, "BiGRU": BothWays}
SCORES: dict[str, Callable[[], nn.Module]] = {"additive": Additive, "dot": Dot}


class Reader(nn.Module):
    """Words, states, scores, weights, readout, one logit."""

    def __init__(self, context: nn.Module, scores: nn.Module) -> None:
        super().__init__()
        self.words = nn.Embedding(N_WORDS, WIDTH)
        self.context, self.scores = context, scores
        self.label = nn.Linear(WIDTH, 1)

    def decide(self, states: Tensor, scores: Tensor) -> Tensor:
        """The logit (sentence,) of states read with these scores."""
        read = (scores.softmax(-1)[..., None] * states).sum(-2)
        return self.label(read)[..., 0]

    def forward(self, embedded: Tensor) -> Tensor:
        """The logit (sentence,) of embedded words (sentence, word, width)."""
        states = self.context(embedded)
        return self.decide(states, self.scores(states))

    @torch.no_grad()
    def weights(self, words: Tensor) -> Tensor:
        """(sentence, word)."""
        return self.scores(self.context(self.words(words))).softmax(-1)


def plain_loss(reader: Reader, words: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of the labels."""
    return binary_cross_entropy_with_logits(reader(reader.words(words)), labels)


def trained(
    context: str, scores: str, *, n_steps: int, seed: int, loss: Loss = plain_loss
) -> Reader:
    """A reader after so many steps of Adam on fresh sentences, without gradient from then on."""
    with global_seed(seed):
        reader = Reader(CONTEXTS[context](), SCORES[scores]())
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(reader.parameters(), lr=0.01)
    for _ in range(n_steps):
        optimiser.zero_grad()
        loss(reader, *draw(64, generator)).backward()
        optimiser.step()
    return reader.requires_grad_(False).eval()


def accuracy(reader: Reader, words: Tensor, labels: Tensor) -> float:
    """Share of sentences whose label is found."""
    with torch.no_grad():
        return ((reader(reader.words(words)) > 0) == (labels > 0.5)).float().mean().item()
