"""Attentional biases: what a memory calls an error, and how hard it pushes."""

from dataclasses import dataclass
from typing import Annotated, Protocol, runtime_checkable

import torch
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["DotProduct", "HuberError", "Loss", "PowerError", "SquaredError"]

SMOOTH = 1e-6  # in a root: no kink at zero


@runtime_checkable
class Loss(Protocol):
    """A loss of what is read and the value, (..., value), known by its derivative by the read.

    A rule asks for the derivative alone; the losses here have the number too, as `of`.

    Raises
    ------
    TypeError
        From `Rule`, for an object without `influence`.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, who call it attentional bias.
    """

    def influence(self, read: Tensor, value: Tensor) -> Tensor:
        """The derivative of the loss by the read, (..., value): how hard a token pushes."""


@checked
@dataclass(frozen=True)
class DotProduct:
    r"""Minus how well the read points along the value, :math:`-r \cdot v`: Hebb's loss.

    The influence -v, (..., value), does not look at what is there.

    Raises
    ------
    TypeError
        For any argument.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, section 4.
    """

    def of(self, read: Tensor, value: Tensor) -> Tensor:
        return -(read * value).sum(-1)

    def influence(self, read: Tensor, value: Tensor) -> Tensor:
        return -value


@checked
@dataclass(frozen=True)
class SquaredError:
    r"""Half the squared error, :math:`\tfrac12 |r - v|^2`: the delta rule's loss.

    The influence is the error itself, (..., value), without bound.

    Raises
    ------
    TypeError
        For any argument.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, section 4; the half is ours.
    """

    def of(self, read: Tensor, value: Tensor) -> Tensor:
        return (read - value).square().sum(-1) / 2

    def influence(self, read: Tensor, value: Tensor) -> Tensor:
        return read - value


@checked
@dataclass(frozen=True)
class PowerError:
    r"""The p-th power of the error over p, coordinate by coordinate.

    .. math:: \tfrac1p \sum_i (e_i^2 + \epsilon)^{p/2}, \qquad
        \psi_i = e_i\,(e_i^2 + \epsilon)^{p/2-1}, \qquad \epsilon = 10^{-6}

    for the error e = r − v, (..., value): the squared error at p = 2, a smooth sign's at p = 1.

    Parameters
    ----------
    p : float
        Between 1 and 16.

    Raises
    ------
    ValueError, TypeError
        For another p.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eqs. 10-11; there p stands before the power.
    """

    p: Annotated[float, Range(1.0, 16.0)] = 3.0

    def of(self, read: Tensor, value: Tensor) -> Tensor:
        return ((read - value).square() + SMOOTH).pow(self.p / 2).sum(-1) / self.p

    def influence(self, read: Tensor, value: Tensor) -> Tensor:
        error = read - value
        return error * (error.square() + SMOOTH).pow(self.p / 2 - 1)


@checked
@dataclass(frozen=True)
class HuberError:
    r"""Half the squared error up to delta, and the error's length from there on.

    .. math:: \psi = e \min(1, \delta / |e|)

    for the error e = r − v, (..., value), and its length: no token pushes harder than delta.

    Parameters
    ----------
    delta : float
        Above 0, in units of the values.

    Raises
    ------
    ValueError, TypeError
        For a delta that is not above 0.

    References
    ----------
    Huber 1964; Behrouz et al. 2025, arXiv:2504.13173, eq. 15, of three the one blind to the basis.
    """

    delta: Annotated[float, Range(0.0, 1e30, open=True)] = 1.0

    def of(self, read: Tensor, value: Tensor) -> Tensor:
        length = torch.linalg.vector_norm(read - value, dim=-1)
        linear = self.delta * (length - self.delta / 2)
        return torch.where(length <= self.delta, length.square() / 2, linear)

    def influence(self, read: Tensor, value: Tensor) -> Tensor:
        error = read - value
        length = torch.linalg.vector_norm(error, dim=-1, keepdim=True)
        return error * (self.delta / length.clamp_min(self.delta))
