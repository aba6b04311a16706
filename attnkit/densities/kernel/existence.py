r"""When does a kernel score have a density with respect to a base density on the whole line?

A function of the kernel's space obeys ``|f(t)| <= |f| sqrt(k(t, t))``. So if
``k(t, t) <= factor |t|^power + constant``, the score grows at most like
``|f| sqrt(factor) |t|^(power / 2)``, and the density exists if the base density outweighs what the
score is turned into:

* alpha = 1: exp(f), against tails exp(-rate z^tail): certain for tail > power / 2, and for a
  bounded kernel with any base density. At tail = power / 2 it depends on the norm: certain
  for ``|f| sqrt(factor) < rate``.
* 1 < alpha <= 2: a power of f, of degree power / (2 (alpha - 1)): certain with any exponential
  tail, and with tails z^-tail for tail > that degree.

Moreno et al. 2021, proposition 5.1. The submission version, tested: its corollary 5.2 counts the
boundary tail = power / 2 as safe, and there it does not hold. With k(s, t) = s^2 t^2, f = 0.6 t^2
and a standard normal base density, the integral grows without limit. `truncated_log_mass` shows it.
"""

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Distribution

from attnkit.arguments import Range, checked

__all__ = [
    "Existence",
    "ExponentialTail",
    "KernelGrowth",
    "PowerTail",
    "existence",
    "truncated_log_mass",
]

_PANELS, _NODES = 200, 20

Positive = Annotated[float, Range(0.0, open=True)]


class Existence(enum.Enum):
    """For the functions of a kernel's space: every one, those of small norm, or not every one."""

    YES = "yes"
    DEPENDS_ON_NORM = "depends on the norm"
    NO = "no"


@checked
@dataclass(frozen=True)
class KernelGrowth:
    """``k(t, t) <= factor |t|^power + constant``; power 0 is a bounded kernel.

    Raises
    ------
    ValueError
        For a negative power or a factor that is not positive.
    """

    power: Annotated[float, Range(0.0)]
    factor: Positive = 1.0


@checked
@dataclass(frozen=True)
class ExponentialTail:
    """Base mass beyond z of the order of exp(-rate z^power).

    A normal density of variance v has power 2 and rate 1 / (2 v), Laplace's has power 1 and rate 1
    / scale, a bounded one power inf.

    Raises
    ------
    ValueError
        For power or rate that are not positive.
    """

    power: float
    rate: Positive = 1.0

    def __post_init__(self):
        if not self.power > 0:
            raise ValueError(f"power must be in (0, inf], got {self.power}")


@checked
@dataclass(frozen=True)
class PowerTail:
    """Base mass beyond z of the order of z^-power: Student's t has its degrees of freedom.

    Raises
    ------
    ValueError
        For a power that is not positive.
    """

    power: Positive


@checked
def existence(
    growth: KernelGrowth,
    tail: ExponentialTail | PowerTail,
    *,
    alpha: Annotated[float, Range(1.0, 2.0)] = 1.0,
    norm: Annotated[float, Range(0.0)] | None = None,
) -> Existence:
    """Whether the scores of a kernel have a density of order alpha for a base with such tails.

    On a bounded domain a bounded score always has one. `Existence.NO` says that the bounds leave
    room for a score without a density, not that each score lacks one: `KernelDensity` decides the
    single case.

    Parameters
    ----------
    growth : KernelGrowth
        Of the kernel.
    tail : ExponentialTail or PowerTail
        Of the base density.
    alpha : float
        In [1, 2].
    norm : float or None
        Of the score in the kernel's space; it decides at the boundary, where without it the answer
        is that it depends.

    Raises
    ------
    ValueError
        For alpha outside [1, 2] or a negative norm.

    Notes
    -----
    See the module. Moreno et al. 2021, proposition 5.1; for alpha > 1 derived here.
    """
    if growth.power == 0 or norm == 0:
        return Existence.YES
    if alpha > 1:
        degree = growth.power / (2 * (alpha - 1))
        safe = isinstance(tail, ExponentialTail) or tail.power > degree
        return Existence.YES if safe else Existence.NO
    if isinstance(tail, PowerTail) or tail.power < growth.power / 2:
        return Existence.NO
    if tail.power > growth.power / 2:
        return Existence.YES
    return _at_the_boundary(growth, tail, norm)


def _at_the_boundary(growth: KernelGrowth, tail: ExponentialTail, norm: float | None) -> Existence:
    if norm is None:
        return Existence.DEPENDS_ON_NORM
    small = norm * math.sqrt(growth.factor) < tail.rate
    return Existence.YES if small else Existence.NO


@checked
def truncated_log_mass(
    score: Callable[[Tensor], Tensor],
    base: Distribution,
    radius: Positive | Annotated[Float[Tensor, " radius"], Range(0.0, open=True)],
) -> Float[Tensor, "*batch"]:
    """log of the integral of exp(score) dQ over [-radius, radius], by 4,000 Gauss nodes.

    As the radius grows it settles if the density at alpha = 1 exists. Derived here.

    Parameters
    ----------
    score : callable
        From points (..., panel, node) to values of their shape; further leading axes, which
        broadcast with those of `base`, give a batch.
    base : Distribution
        The density of Q on the line.
    radius : float or Tensor
        Positive; a row (radius,) gives a row of logarithms.

    Raises
    ------
    ValueError
        For a radius that is not positive.
    """
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(_NODES))
    corners = torch.arange(_PANELS, dtype=nodes.dtype).unsqueeze(-1)
    reach = torch.as_tensor(radius, dtype=nodes.dtype)[..., None, None]
    points = reach * (2 * (corners + (nodes + 1) / 2) / _PANELS - 1)
    log_weights = (weights * reach / _PANELS).log()
    return (score(points) + base.log_prob(points) + log_weights).flatten(-2).logsumexp(-1)
