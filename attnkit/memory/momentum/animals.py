"""The animal whose errors push a velocity: the momentum rule over trials."""

from dataclasses import dataclass

import torch

from attnkit.arguments import checked
from attnkit.memory.momentum.chunkwise import momentum_rule
from attnkit.memory.shared.rule import LinearRule, Rate, Share, gate

__all__ = ["Momentum"]


@checked
@dataclass(frozen=True)
class Momentum(LinearRule):
    """p ← η p + b x (λ − x·w), w ← (1 − α) w + p: linear Titans. The memory is (w, p), (2, cue).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number; from `attend`,
        sequences that no memory takes.

    References
    ----------
    Behrouz et al. 2024 (arXiv:2501.00663).
    """

    rate: Rate = 0.05
    momentum: Share = 0.5
    forgetting: Share = 0.005

    def begin(self, n_cues):
        return torch.zeros(2, n_cues, dtype=torch.float64)

    def update(self, memory, present, outcome):
        weights, velocity = memory
        velocity = self.momentum * velocity + self.rate * present * (outcome - present @ weights)
        return torch.stack([(1 - self.forgetting) * weights + velocity, velocity])

    def predict(self, memory, probes):
        return probes @ memory[0]

    def attend(self, queries, keys, values):
        gates = {
            "momentum": gate(self.momentum, keys),
            "forgetting": gate(self.forgetting, keys),
        }
        return momentum_rule(queries, keys, values, gate(self.rate, keys), **gates)[0]
