"""Animals that add up what they meet: linear attention over trials."""

from dataclasses import dataclass

import torch

from attnkit.arguments import checked
from attnkit.memory.linear.chunkwise import linear_attention
from attnkit.memory.linear.normalised import normalised_linear_attention
from attnkit.memory.shared.rule import LinearRule, Rate, Share, gate

__all__ = ["DecayingHebb", "Hebb", "RunningMean"]


@checked
@dataclass(frozen=True)
class Hebb(LinearRule):
    """w ← w + b λ x: what fires together wires together, without end. The memory is w, (cue,).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or no number; from `attend`, sequences that no memory takes.

    References
    ----------
    Hebb 1949, *The Organization of Behavior*.
    """

    rate: Rate = 0.1

    def update(self, memory, present, outcome):
        return memory + self.rate * outcome * present

    def attend(self, queries, keys, values):
        return linear_attention(queries, keys, self.rate * values)[0]


@checked
@dataclass(frozen=True)
class RunningMean(LinearRule):
    """The mean of past outcomes, weighted by overlap with the probe: normalised attention.

    The memory is (2, cue): the sum of outcomes by cue, and how often each cue was there.

    Raises
    ------
    ValueError, TypeError
        From `attend`, sequences that no memory takes.

    References
    ----------
    Katharopoulos et al. 2020 (arXiv:2006.16236), whose linear transformer divides so.
    """

    def begin(self, n_cues):
        return torch.zeros(2, n_cues, dtype=torch.float64)

    def update(self, memory, present, outcome):
        return memory + torch.stack([outcome * present, present])

    def predict(self, memory, probes):
        total, weight = (probes @ part for part in memory)
        return torch.where(weight > 0, total / torch.where(weight > 0, weight, 1.0), 0.0)

    def attend(self, queries, keys, values):
        return normalised_linear_attention(queries, keys, values)[0]


@checked
@dataclass(frozen=True)
class DecayingHebb(LinearRule):
    """w ← g w + b λ x: a Hebbian memory that fades by g a trial. The memory is w, (cue,).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number; from `attend`,
        sequences that no memory takes.

    References
    ----------
    Sun et al. 2023 (arXiv:2307.08621), whose RetNet fades so.
    """

    rate: Rate = 0.1
    retention: Share = 0.97

    def update(self, memory, present, outcome):
        return self.retention * memory + self.rate * outcome * present

    def attend(self, queries, keys, values):
        log_decay = gate(self.retention, keys).log()
        return linear_attention(queries, keys, self.rate * values, log_decay=log_decay)[0]
