"""Sentences whose label is the sign of a sum over words: which word matters is known."""

import torch
from torch import Tensor

__all__ = ["N_WORDS", "WORD_VALUES", "draw", "relevance"]

N_WORDS = 60
LENGTH = 14
WORD_VALUES = torch.zeros(N_WORDS)
"""What each word adds: six words two, six minus two, six one, six minus one, the others nothing."""

WORD_VALUES[:24] = torch.tensor([2.0, -2.0, 1.0, -1.0]).repeat_interleave(6)


def draw(n_sentences: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Sentences (sentence, word) whose values do not cancel, and their labels, zero or one."""
    words = torch.randint(N_WORDS, (2 * n_sentences, LENGTH), generator=generator)
    sums = WORD_VALUES[words].sum(-1)
    kept = sums.nonzero()[:n_sentences, 0]
    return words[kept], (sums[kept] > 0).float()


def relevance(words: Tensor) -> Tensor:
    """How much each word can move the sum: zero, one or two."""
    return WORD_VALUES[words].abs().long()
