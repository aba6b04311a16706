"""A task that often asks for nothing: copy the token before a trigger, else return zero.

One causal head learns it. Where a row has nothing to copy, softmax must still spend a whole unit of
attention; what the head does with it is measured. Seeds are a leading dimension: each has its own
parameters and its own sequences, and they train side by side.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.normalisation.shared.copying_head import N_CONTENT, Head

__all__ = ["Head", "Measured", "Sequences", "measure", "train"]

LEARNING_RATE = 0.01


class Batch(NamedTuple):
    """Tokens (seed, sequence, token, feature), what is wanted of them, and where that is zero."""

    tokens: Tensor
    wanted: Tensor
    silent: Tensor


@dataclass(frozen=True)
class Sequences:
    """What the sequences are like.

    Parameters
    ----------
    n_tokens : int
        Their length, the mark included.
    share : float
        The chance that a token is a trigger.
    begins : bool
        Whether the first token is a mark of the beginning, without content, or a word as any other.
    """

    n_tokens: int = 16
    share: float = 0.2
    begins: bool = True

    @property
    def width(self) -> int:
        """Features of a token: content, whether it triggers, whether it is the mark, its place."""
        return N_CONTENT + 2 + self.n_tokens

    def draw(self, n_seeds: int, n_sequences: int, generator: torch.Generator) -> Batch:
        """Independent sequences of normal contents for each seed."""
        shape = (n_seeds, n_sequences, self.n_tokens)
        content = torch.randn(*shape, N_CONTENT, generator=generator)
        triggers = torch.rand(shape, generator=generator) < self.share
        triggers[..., : 1 + self.begins] = False
        if self.begins:
            content[..., 0, :] = 0
        marks = torch.zeros(*shape, 2)
        marks[..., 0], marks[..., 0, 1] = triggers, float(self.begins)
        places = torch.eye(self.n_tokens).expand(*shape, -1)
        wanted = content.roll(1, -2) * triggers.unsqueeze(-1)
        return Batch(torch.cat([content, marks, places], -1), wanted, ~triggers)


def train(head: Head, sequences: Sequences, n_steps: int, generator: torch.Generator) -> None:
    """Adam on the mean squared error, every step on 64 new sequences a seed."""
    n_seeds = len(head.to_query)
    optimiser = torch.optim.Adam(head.parameters(), lr=LEARNING_RATE)
    for _ in range(n_steps):
        tokens, wanted, _ = sequences.draw(n_seeds, 64, generator)
        read, _ = head(tokens)
        loss = (read - wanted).square().mean((1, 2, 3)).sum()  # each seed's own
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


class Measured(NamedTuple):
    """One number a seed, (seed,); the last five over rows that ask for nothing.

    loss is the mean squared error; first_value the norm of the first token's value over the mean of
    the others'. first is the weight of the first token, slot that of the learned key (NaN without
    one), largest the largest weight of a row and row_sum their sum, the slot among them; output is
    the norm of what is read.
    """

    loss: Tensor
    first_value: Tensor
    first: Tensor
    slot: Tensor
    largest: Tensor
    row_sum: Tensor
    output: Tensor


@torch.no_grad()
def measure(head: Head, sequences: Sequences, generator: torch.Generator) -> Measured:
    """What a head does on 256 new sequences a seed, where a row has four tokens at least."""
    tokens, wanted, silent = sequences.draw(len(head.to_query), 256, generator)
    read, weights = head(tokens)
    silent[..., :3] = False  # rows so short give the first token a large share by themselves
    share = silent / silent.sum((1, 2), keepdim=True)
    norms = (tokens @ head.to_value).norm(dim=-1)
    slot = weights[..., -1] if head.slot is not None else torch.full_like(share, math.nan)

    def mean(of_row: Tensor) -> Tensor:
        return (of_row * share).sum((1, 2))

    return Measured(
        loss=(read - wanted).square().mean((1, 2, 3)),
        first_value=norms[..., 0].mean(1) / norms[..., 1:].mean((1, 2)),
        first=mean(weights[..., 0]),
        slot=mean(slot),
        largest=mean(weights.amax(-1)),
        row_sum=mean(weights.sum(-1)),
        output=mean(read.norm(dim=-1)),
    )
