"""Learn to sort: numbers in any order, to be pointed at from the smallest on."""

import math

import torch
from torch import Tensor, nn

from attnkit.experiments import global_seed
from attnkit.interpretation.pointer.decoding import not_yet_chosen
from attnkit.interpretation.pointer.network import PointerNetwork

__all__ = ["Sorting", "numbers"]

LENGTHS = (5, 10)
"""Shortest and longest list of training."""


def numbers(n_lists: int, n_inputs: int, generator: torch.Generator) -> Tensor:
    """Lists (list, input, 1) of numbers between 0 and 1."""
    return torch.rand(n_lists, n_inputs, 1, generator=generator)


class Sorting:
    """A network on its way: `sorting(n)` takes n more steps of Adam and returns the last loss."""

    def __init__(self, seed: int, masked: bool, n_steps: int = 600):
        with global_seed(seed):
            self.network = PointerNetwork()
        self.masked, self.generator = masked, torch.Generator().manual_seed(seed)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=0.02)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, 0.02, total_steps=n_steps
        )

    def loss(self) -> Tensor:
        """Mean cross-entropy of the right next input, after the right ones before it."""
        n = int(torch.randint(LENGTHS[0], LENGTHS[1] + 1, (), generator=self.generator))
        lists = numbers(64, n, self.generator)
        order = lists[..., 0].argsort(-1)
        scores = self.network(lists, order[:, :-1])
        if self.masked:
            scores = scores.masked_fill(~not_yet_chosen(order[:, :-1], n), -math.inf)
        return nn.functional.cross_entropy(scores.flatten(0, 1), order.flatten())

    def __call__(self, n_steps: int) -> float:
        for _ in range(n_steps):
            loss = self.loss()
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            self.schedule.step()
        return loss.item()
