"""How an activation grows during training: the law of five parameters, and where it peaks."""

import math
from dataclasses import dataclass
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["EmergenceLaw", "lambert_w"]


@checked
@dataclass(frozen=True)
class EmergenceLaw:
    r"""A rise by a logarithm and a decay by an exponential, towards a plateau.

    .. math:: f(t) = A\, e^{-\lambda x} \log x + K, \qquad x = \gamma t + t_0

    Parameters
    ----------
    amplitude : float
        A, the height that the logarithm is measured in.
    decay : float
        lambda, how fast the rise is undone; positive.
    rate : float
        gamma, how much x grows with a step of training; positive.
    offset : float
        t_0, x at the start; positive. Below one the law starts under its plateau.
    plateau : float
        K, where it ends.

    Raises
    ------
    TypeError, ValueError
        For parameters that are no finite numbers, and a decay, rate or offset that is not positive.

    Notes
    -----
    Gallego-Feliciano et al. 2025, "Hidden dynamics of massive activations in transformer training".
    We read its abstract, and the formula in summaries of the paper.
    """

    amplitude: Annotated[float, Range(-1e300, 1e300)]
    decay: Annotated[float, Range(1e-200, 1e200)]
    rate: Annotated[float, Range(1e-200, 1e200)]
    offset: Annotated[float, Range(1e-200, 1e200)]
    plateau: Annotated[float, Range(-1e300, 1e300)]

    @checked
    def __call__(
        self, steps: Annotated[Float[Tensor, "*shape"], Range(0.0, 1e15)]
    ) -> Float[Tensor, "*shape"]:
        """Values of any shape after so many steps of training, zero or more (defined above).

        Raises
        ------
        TypeError, ValueError
            For steps that are not floating point, or below zero.
        """
        x = self.rate * steps + self.offset
        return self.amplitude * (-self.decay * x).exp() * x.log() + self.plateau

    @property
    def peak_step(self) -> float:
        r"""Where the law is highest, :math:`(e^{W(1/\lambda)} - t_0) / \gamma`.

        The derivative vanishes where :math:`x \log x = 1/\lambda`. Below zero, the law only falls
        from the first step on. With a negative amplitude it is the lowest place instead.
        """
        return (math.exp(lambert_w(1 / self.decay)) - self.offset) / self.rate

    @property
    def peak_value(self) -> float:
        r"""The height there, :math:`A\, e^{-\lambda x} W(1/\lambda) + K`: no matter when it is."""
        top = lambert_w(1 / self.decay)
        return self.amplitude * math.exp(-self.decay * math.exp(top)) * top + self.plateau


@checked
def lambert_w(number: Annotated[float, Range(0.0, 1e300)]) -> float:
    r"""The solution of :math:`w e^w = y` for y of zero or more: Lambert's W, its principal branch.

    Parameters
    ----------
    number : float
        The y of the equation.

    Returns
    -------
    float
        Exact to rounding, by Newton's steps on :math:`w + \log w = \log y`, or for small numbers on
        the equation itself.

    Raises
    ------
    TypeError, ValueError
        For what is no number, or below zero.

    Notes
    -----
    Corless et al. 1996, "On the Lambert W function".
    """
    w = math.log1p(number)
    for _ in range(50):
        if number <= 3:
            step = (w - number * math.exp(-w)) / (1 + w)
        else:
            step = (w + math.log(w) - math.log(number)) * w / (1 + w)
        w -= step
        if abs(step) <= 1e-16 * abs(w):
            break
    return w
