"""A memory as four choices: what it is, what it calls an error, what it keeps, how it steps."""

from dataclasses import dataclass

from attnkit.arguments import checked
from attnkit.memory.miras.losses import Loss
from attnkit.memory.miras.optimisers import Optimiser
from attnkit.memory.miras.retentions import Retention
from attnkit.memory.miras.structures import Structure

__all__ = ["Rule"]


@checked
@dataclass(frozen=True)
class Rule:
    """How a memory learns: four choices, each free of the others.

    Parameters
    ----------
    memory : Structure
        `LinearMemory`, `NetworkMemory`, or any object with ``begin(keys, d_value)``.
    loss : Loss
        `DotProduct`, `SquaredError`, `PowerError`, `HuberError`, or any object with
        ``influence(read, value)``.
    retention : Retention
        `Decay`, `LqRetention`, `KLRetention`, or any object with ``weights(pushed)``.
    optimiser : Optimiser
        `GradientStep`, `Momentum`, or any object with ``push(last, step)``.

    Raises
    ------
    TypeError
        For an object that lacks the method of its choice, and for a class instead of an object.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, whose four choices these are.
    """

    memory: Structure
    loss: Loss
    retention: Retention
    optimiser: Optimiser
