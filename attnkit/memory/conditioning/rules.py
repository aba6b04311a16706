"""Learning rules that are linear memories: each also runs as attention over a token sequence."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from attnkit.arguments import checked
from attnkit.memory.conditioning.quantities import Rate, Share
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention, normalised_linear_attention
from attnkit.memory.momentum import momentum_rule

__all__ = [
    "DecayingHebb",
    "Delta",
    "GatedDelta",
    "Hebb",
    "LinearRule",
    "Momentum",
    "Rule",
    "RunningMean",
    "TwoTimescales",
]


@runtime_checkable
class Rule(Protocol):
    """How an animal learns: three pure functions over its memory."""

    def begin(self, n_cues: int) -> Any:
        """The memory before the first trial."""

    def learn(self, memory: Any, moments: Tensor, outcome: float) -> Any:
        """The memory after a trial of `moments` (moment, cue) that ends in `outcome`."""

    def predict(self, memory: Any, probes: Tensor) -> Tensor:
        """What each probe (probe, cue) leads the animal to expect."""


class LinearRule:
    """A rule whose memory is one weight a cue; the cues of a trial count as one compound."""

    def begin(self, n_cues: int) -> Tensor:
        return torch.zeros(n_cues, dtype=torch.float64)

    def learn(self, memory: Tensor, moments: Tensor, outcome: float) -> Tensor:
        return self.update(memory, moments.sum(0), outcome)

    def update(self, memory: Tensor, present: Tensor, outcome: float) -> Tensor:
        """The memory after a compound and its outcome."""
        raise NotImplementedError

    def predict(self, memory: Tensor, probes: Tensor) -> Tensor:
        return probes @ memory

    def attend(self, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """The same learning as attention over the trials: keys cues, values outcomes."""
        raise NotImplementedError


def _corrected(weights: Tensor, present: Tensor, outcome: float, rate: float) -> Tensor:
    """The weights after the delta rule."""
    return weights + rate * present * (outcome - present @ weights)


def _gate(value: float, keys: Tensor) -> Tensor:
    return torch.full_like(keys[..., 0], value)


@checked
@dataclass(frozen=True)
class Hebb(LinearRule):
    """w ← w + b λ x: what fires together wires together, without end.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or no number.
    """

    rate: Rate = 0.1

    def update(self, memory, present, outcome):
        return memory + self.rate * outcome * present

    def attend(self, queries, keys, values):
        return linear_attention(queries, keys, self.rate * values)[0]


@checked
@dataclass(frozen=True)
class RunningMean(LinearRule):
    """The mean of past outcomes, weighted by overlap with the probe: normalised attention."""

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
    """w ← g w + b λ x: a Hebbian memory that fades by g a trial.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rate: Rate = 0.1
    retention: Share = 0.97

    def update(self, memory, present, outcome):
        return self.retention * memory + self.rate * outcome * present

    def attend(self, queries, keys, values):
        log_decay = _gate(self.retention, keys).log()
        return linear_attention(queries, keys, self.rate * values, log_decay=log_decay)[0]


@checked
@dataclass(frozen=True)
class Delta(LinearRule):
    """w ← w + b x (λ − x·w): Rescorla and Wagner 1972, and DeltaNet.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or no number.
    """

    rate: Rate = 0.1

    def update(self, memory, present, outcome):
        return _corrected(memory, present, outcome, self.rate)

    def attend(self, queries, keys, values):
        return delta_rule(queries, keys, values, _gate(self.rate, keys))[0]


@checked
@dataclass(frozen=True)
class GatedDelta(LinearRule):
    """w ← g w, then the delta rule: the error is against the faded memory.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rate: Rate = 0.1
    retention: Share = 0.995

    def update(self, memory, present, outcome):
        return _corrected(self.retention * memory, present, outcome, self.rate)

    def attend(self, queries, keys, values):
        log_decay = _gate(self.retention, keys).log()
        return delta_rule(queries, keys, values, _gate(self.rate, keys), log_decay=log_decay)[0]


@checked
@dataclass(frozen=True)
class Momentum(LinearRule):
    """p ← η p + b x (λ − x·w), w ← (1 − α) w + p: linear Titans.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
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
            "momentum": _gate(self.momentum, keys),
            "forgetting": _gate(self.forgetting, keys),
        }
        return momentum_rule(queries, keys, values, _gate(self.rate, keys), **gates)[0]


@checked
@dataclass(frozen=True)
class TwoTimescales(LinearRule):
    """Two memories, slow and fast, that fade apart and share one error.

    As attention: one delta rule of rate one over keys (√b₁ x, √b₂ x), each half with its decay.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rates: tuple[Rate, Rate] = (0.03, 0.15)
    retentions: tuple[Share, Share] = (0.9995, 0.9)

    def begin(self, n_cues):
        return torch.zeros(2, n_cues, dtype=torch.float64)

    def update(self, memory, present, outcome):
        faded = memory * memory.new_tensor(self.retentions)[:, None]
        error = outcome - (faded @ present).sum()
        return faded + memory.new_tensor(self.rates)[:, None] * present * error

    def predict(self, memory, probes):
        return probes @ memory.sum(0)

    def attend(self, queries, keys, values):
        scales = keys.new_tensor(self.rates).sqrt().repeat_interleave(keys.shape[-1])
        decays = keys.new_tensor(self.retentions).log().repeat_interleave(keys.shape[-1])
        queries, keys = (torch.cat([t, t], -1) * scales for t in (queries, keys))
        rate = torch.ones_like(keys[..., 0])
        return delta_rule(queries, keys, values, rate, log_decay=decays.expand_as(keys))[0]
