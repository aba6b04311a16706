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
        `LinearMemory` or `NetworkMemory`.
    loss : Loss
        `DotProduct`, `SquaredError`, `PowerError` or `HuberError`.
    retention : Retention
        `Decay`, `LqRetention` or `KLRetention`.
    optimiser : Optimiser
        `GradientStep` or `Momentum`.

    Raises
    ------
    TypeError
        For an object that lacks what its choice needs; one's own classes may have it too.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, whose four choices these are.
    """

    memory: Structure
    loss: Loss
    retention: Retention
    optimiser: Optimiser
