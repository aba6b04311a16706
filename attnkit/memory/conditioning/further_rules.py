"""Rules beyond one linear memory: changing attention to cues, time within a trial, two layers."""

from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.arguments import checked
from attnkit.memory.shared.rule import Rate, Share

__all__ = ["Mackintosh", "PearceHall", "TemporalDifference", "TwoHebbianLayers"]


@checked
@dataclass(frozen=True)
class PearceHall:
    """The delta rule times an associability that follows the size of past errors.

    α ← (1 − γ) α + γ ``|λ − x·w|`` for the cues present, w ← w + b α x (λ − x·w). The memory is
    (w, α), (2, cue). The hybrid with a summed error, not the equations of Pearce and Hall 1980.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rate: Rate = 0.15
    tracking: Share = 0.1

    def begin(self, n_cues: int) -> Tensor:
        """Weights zero, associability one."""
        return torch.stack([torch.zeros(n_cues), torch.ones(n_cues)]).double()

    def learn(self, memory: Tensor, moments: Tensor, outcome: float) -> Tensor:
        """Learn with the old associability, then update it."""
        (weights, associability), present = memory, moments.sum(0)
        error = outcome - present @ weights
        weights = weights + self.rate * associability * present * error
        tracked = (1 - self.tracking) * associability + self.tracking * error.abs()
        return torch.stack([weights, torch.where(present > 0, tracked, associability)])

    def predict(self, memory: Tensor, probes: Tensor) -> Tensor:
        """The summed weights."""
        return probes @ memory[0]


@checked
@dataclass(frozen=True)
class Mackintosh:
    """Each cue learns its own error; attention goes to the better predictor.

    w ← w + b α x (λ − w), α ← α + s (``|λ − rest|`` − ``|λ − w|``) − f in [floor, 1]: it rises
    where a cue predicts better than the rest of its compound, and fades where it does not. The
    memory is (w, α), (2, cue). After Mackintosh 1975, who left the functions open; the linear ones
    and the constants are ours.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rate: Rate = 0.1
    step: Share = 0.1
    fading: Share = 0.01
    floor: Share = 0.05

    def begin(self, n_cues: int) -> Tensor:
        """Weights zero, attention one half."""
        return torch.stack([torch.zeros(n_cues), torch.full((n_cues,), 0.5)]).double()

    def learn(self, memory: Tensor, moments: Tensor, outcome: float) -> Tensor:
        """Compare each cue with the rest of the compound, then learn."""
        (weights, attention), present = memory, moments.sum(0)
        own = (outcome - weights * present).abs()
        rest = (outcome - (present @ weights - weights * present)).abs()
        moved = attention + self.step * (rest - own) - self.fading
        attention = torch.where(present > 0, moved.clamp(self.floor, 1.0), attention)
        errors = outcome - weights * present
        return torch.stack([weights + self.rate * attention * present * errors, attention])

    def predict(self, memory: Tensor, probes: Tensor) -> Tensor:
        """The summed weights."""
        return probes @ memory[0]


@checked
@dataclass(frozen=True)
class TemporalDifference:
    """Every moment predicts the outcome plus the discounted prediction of the next moment.

    w ← w + b x_t (r_t + γ x_{t+1}·w − x_t·w), moment by moment; nothing follows the last moment.
    The memory is w, (cue,). Sutton and Barto 1990, with one weight a cue.

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], another number outside [0, 1], or no number.
    """

    rate: Rate = 0.1
    discount: Share = 0.95

    def begin(self, n_cues: int) -> Tensor:
        """Weights zero."""
        return torch.zeros(n_cues, dtype=torch.float64)

    def learn(self, memory: Tensor, moments: Tensor, outcome: float) -> Tensor:
        """One update a moment; the outcome comes with the last."""
        last = len(moments) - 1
        for t, present in enumerate(moments):
            ahead = outcome if t == last else self.discount * (moments[t + 1] @ memory)
            memory = memory + self.rate * present * (ahead - present @ memory)
        return memory

    def predict(self, memory: Tensor, probes: Tensor) -> Tensor:
        """The value of each probe."""
        return probes @ memory


@checked
@dataclass(frozen=True)
class TwoHebbianLayers:
    """One layer stores which cue comes next, the next which outcome; a probe reads through both.

    N ← N + b x_t x_{t+1}ᵀ within a trial, w ← w + b λ x_last; prediction x·w + xᵀN w. The memory is
    N, (cue, cue), and w, (cue,).

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or no number.

    References
    ----------
    Hebb 1949 for each layer; the chain of two is defined here.
    """

    rate: Rate = 0.1

    def begin(self, n_cues: int) -> tuple[Tensor, Tensor]:
        """Both layers empty."""
        return torch.zeros(n_cues, n_cues).double(), torch.zeros(n_cues).double()

    def learn(self, memory: tuple[Tensor, Tensor], moments: Tensor, outcome: float):
        """Write the successions of the trial, and the outcome at its last moment."""
        following, weights = memory
        successions = moments[:-1].mT @ moments[1:]
        return following + self.rate * successions, weights + self.rate * outcome * moments[-1]

    def predict(self, memory: tuple[Tensor, Tensor], probes: Tensor) -> Tensor:
        """What the probe brings by itself and through the cue it calls up."""
        following, weights = memory
        return probes @ weights + probes @ following @ weights
