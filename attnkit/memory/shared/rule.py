"""What a learning rule is, and what rules share that keep one weight a cue."""

from typing import Annotated, Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from attnkit.arguments import Range

__all__ = ["LinearRule", "Rate", "Rule", "Share", "corrected", "gate"]

Rate = Annotated[float, Range(0.0, 2.0)]
"""How much of an error, or of an outcome, one trial writes; above two no error shrinks."""

Share = Annotated[float, Range(0.0, 1.0)]
"""What is kept, tracked or discounted."""


@runtime_checkable
class Rule(Protocol):
    """How an animal learns: three pure functions over its memory.

    The memory is the animal's own; trials come as moments (moment, cue), probes as (probe, cue).

    Raises
    ------
    TypeError
        From `simulate`, for an object that lacks one of the three.

    References
    ----------
    The form is defined here, for rules since Rescorla and Wagner 1972.
    """

    def begin(self, n_cues: int) -> Any:
        """The memory before the first trial."""

    def learn(self, memory: Any, moments: Tensor, outcome: float) -> Any:
        """The memory after a trial of `moments` (moment, cue) that ends in `outcome`."""

    def predict(self, memory: Any, probes: Tensor) -> Tensor:
        """What each probe (probe, cue) leads the animal to expect."""


class LinearRule:
    """A rule whose memory is one weight a cue, (cue,); the cues of a trial count as one compound.

    Raises
    ------
    NotImplementedError
        From `update` and `attend`, where a rule does not say them.

    References
    ----------
    Widrow and Hoff 1960, for learning that is linear in the cues; the form is defined here.
    """

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
        """The same learning as attention: keys cues (trial, cue), values outcomes (trial, 1)."""
        raise NotImplementedError


def corrected(weights: Tensor, present: Tensor, outcome: float, rate: float) -> Tensor:
    """The weights after the delta rule."""
    return weights + rate * present * (outcome - present @ weights)


def gate(value: float, keys: Tensor) -> Tensor:
    """The same number at every token."""
    return torch.full_like(keys[..., 0], value)
