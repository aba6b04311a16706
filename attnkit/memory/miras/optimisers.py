"""How a memory steps: by the gradient, or by a velocity that gradients push."""

from dataclasses import dataclass
from typing import Annotated, Protocol, runtime_checkable

from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["GradientStep", "Momentum", "Optimiser"]


@runtime_checkable
class Optimiser(Protocol):
    """How a memory steps: what it pushes, given what it pushed last and minus rate times gradient.

    Raises
    ------
    TypeError
        From `Rule`, for an object without `push`.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, the last of the four choices.
    """

    def push(self, last: Tensor, step: Tensor) -> Tensor:
        """The push of one layer, (..., in, out)."""


@checked
@dataclass(frozen=True)
class GradientStep:
    """Push by the gradient alone, (..., in, out).

    Raises
    ------
    TypeError
        For any argument.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eq. 5.
    """

    def push(self, last: Tensor, step: Tensor) -> Tensor:
        return step


@checked
@dataclass(frozen=True)
class Momentum:
    r"""Push by a velocity, :math:`S_t = \eta S_{t-1} - b_t \nabla l`, (..., in, out).

    Parameters
    ----------
    eta : float
        Between 0 and 1.

    Raises
    ------
    ValueError, TypeError
        For another eta.

    References
    ----------
    Behrouz et al. 2024, "Titans", eq. 10.
    """

    eta: Annotated[float, Range(0.0, 1.0)] = 0.9

    def push(self, last: Tensor, step: Tensor) -> Tensor:
        return self.eta * last + step
