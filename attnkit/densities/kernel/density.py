r"""Densities whose score is a sum of kernels: several separate regions can be attended at once."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.distributions import Distribution

from attnkit.arguments import Finite, checked
from attnkit.densities.kernel.base_measure import BaseMeasure
from attnkit.densities.kernel.narrow import Marks, kernel_octaves, places_of, steps_about
from attnkit.densities.kernel.quadrature import KernelQuadrature
from attnkit.densities.shared.arguments import (
    Domain,
    KernelAlpha,
    require_alpha,
    require_broadcast,
)
from attnkit.densities.shared.estimate import Estimate
from attnkit.precision import outside_autocast, require_float64

__all__ = ["KernelDensity"]

Kernel = Callable[[Tensor, Tensor], Tensor]
Points = Annotated[Float[Tensor, "*#batch time"], Finite()]
Function = Callable[[Tensor], Tensor]


@checked
class KernelDensity:
    r"""Density of a kernel score: a kernel exponential or deformed exponential family.

    .. math::
        f(t) &= \sum_i \gamma_i k(t, t_i), \\
        p &= \arg\max_p \int p f \, dQ - \frac{\int p^\alpha dQ - 1}{\alpha (\alpha - 1)}, \\
        p(t) &= [(\alpha - 1)(f(t) - \tau)]_+^{1/(\alpha - 1)}

    with respect to the base measure Q. At alpha = 1 it is exp(f - A); at alpha = 2 the support is
    where f exceeds tau, several disjoint intervals in general. The roots of f - tau are found and
    every interval is integrated by its own Gauss nodes, as many as the change from one rule to
    the next asks for. Computed in float64; results have the dtype of the coefficients, at least
    float32. Everything is differentiable, twice, in coefficients, centers, alpha, parameters of
    the base density and tensors that the kernel holds; nothing is changed after construction.

    Parameters
    ----------
    coefficients : Tensor
        (..., m); all zero gives the base measure, normalised.
    centers : Tensor
        (m,) or (..., m).
    kernel : Kernel
        k(s, t) that broadcasts, such as those of `attnkit.densities.kernel.kernels` with a width:
        ``functools.partial(gaussian, width=0.1)``.
    alpha : float or Tensor
        A number in [1, 2], or a tensor (...,).
    domain : tuple
        (low, high); infinite ends need a base density.
    base : Distribution or None
        One density on the line with `log_prob`, of which Q is the part on the domain; without it Q
        is the Lebesgue measure.

    Raises
    ------
    TypeError
        For coefficients or centers that are not floating point, or a base that is no Distribution.
    ValueError
        For NaN, centers that do not match the coefficients, alpha outside [1, 2], an empty domain,
        an infinite one without a base density, or a base density whose tails the score outweighs or
        that is infinite at an end of the domain. Also for coefficients so large that rounding the
        score changes the density by 1e-5 of itself, and a periodic kernel with more than 20,000
        repetitions.

    Notes
    -----
    Moreno et al. 2021 (2111.01222). The quadrature and its derivatives are derived here. A larger
    alpha does not always mean a smaller support, as it does for weights: a density may exceed one.
    """

    def __init__(
        self,
        coefficients: Annotated[Float[Tensor, "*batch center"], Finite()],
        centers: Annotated[Float[Tensor, "*#batch center"], Finite()],
        kernel: Kernel,
        alpha: KernelAlpha = 2.0,
        domain: Domain = (0.0, 1.0),
        base: Distribution | None = None,
    ):
        if coefficients.shape[-1] == 0:
            raise ValueError(
                f"coefficients must hold at least one, got {tuple(coefficients.shape)}"
            )
        require_float64("KernelDensity", coefficients.device)
        self.coefficients, self.centers, self.kernel = coefficients, centers, kernel
        self.alpha = _alpha_of(alpha, coefficients)
        self._dtype = torch.promote_types(coefficients.dtype, torch.float32)
        self._measure = BaseMeasure(domain, base, torch.float64, coefficients.device)
        self._quadrature = KernelQuadrature(
            self._score_at, self._marks(), self._measure, self._alpha
        )

    @property
    def threshold(self) -> Float[Tensor, "*batch"]:
        """Tau, which the score must exceed to get any mass; at alpha = 1 the log-normaliser A.

        A is the limit of tau + 1 / (alpha - 1).
        """
        return self._quadrature.threshold.to(self._dtype)

    @property
    def n_nodes(self) -> Int[Tensor, "*batch"]:
        """How many nodes the rule of each density has."""
        return self._quadrature.n_nodes

    @checked
    @outside_autocast
    def score(self, points: Points) -> Float[Tensor, "*batch time"]:
        """f at the points, which broadcast with the batch."""
        return self._score(self._placed(points)).to(self._dtype)

    @checked
    @outside_autocast
    def log_prob(self, points: Points) -> Float[Tensor, "*batch time"]:
        """Log of the density per unit of t (p times the base density); -inf off the support.

        The points (..., time) broadcast with the batch.
        """
        low, high = self._measure.domain
        points = self._placed(points)
        outside = (points < low) | (points > high)
        safe = points.masked_fill(outside, self._measure.inside)
        log_density = self._quadrature.log_density(self._score(safe))
        log_density = log_density + self._measure.log_base(safe)
        return log_density.masked_fill(outside, -math.inf).to(self._dtype)

    @checked
    def prob(self, points: Points) -> Float[Tensor, "*batch time"]:
        """Density per unit of t: it integrates to one over the domain. Arguments as `log_prob`."""
        return self.log_prob(points).exp()

    def support_intervals(self) -> list:
        """The intervals on which the density is positive: a list of (low, high).

        One such list per density, nested as the batch is.
        """
        return self._quadrature.support_intervals()

    @checked
    @outside_autocast
    def expectation(self, function: Function) -> Estimate:
        """E_p[function(t)], with its change under a finer rule as an estimate of the error.

        `function` maps points ``(*batch, node)`` to values ``(*batch, node, *feature)``; the value
        has shape ``(*batch, *feature)``. `mass` is the mass of p by the finer rule. Where the
        function is much rougher than the density, panels are halved, and the error says what is
        left. The nodes move with the parameters, which second derivatives need: autograd goes
        through `function`. Where that leaves no trace in its values the nodes stay still, and only
        first derivatives are right.
        """
        estimate = self._quadrature.expectation(self._in_double(function), self._tolerance)
        return Estimate(*(part.to(self._dtype) for part in estimate))

    def entropy(self) -> Float[Tensor, "*batch"]:
        """Tsallis entropy of order alpha with respect to the base measure.

        (1 - integral p^alpha dQ) / (alpha (alpha - 1)), with p the density with respect to Q; at
        alpha = 1 Shannon's -integral p log p dQ. Not bounded below: the base measure has no atoms.
        """
        return self._quadrature.entropy().to(self._dtype)

    @checked
    @outside_autocast
    def escort_covariance(self, first: Function, second: Function) -> Float[Tensor, "*batch"]:
        """Covariance under the escort density, times ``|e|``: the slope of E_p[second] along first.

        If the score moves by a multiple of `first`, E_p[second] moves by this much per unit. Both
        functions map points ``(*batch, node)`` to the same shape; panels are halved until the
        covariance settles. Martins et al. 2020.
        """
        functions = (self._in_double(function) for function in (first, second))
        return self._quadrature.escort_covariance(*functions, self._tolerance).to(self._dtype)

    def _in_double(self, function: Function) -> Function:
        """The function of float64 points, which sees them in the density's dtype."""

        def of_double(points: Tensor):
            values = function(points.to(self._dtype))
            return values.double() if isinstance(values, Tensor) else values

        return of_double

    @property
    def _tolerance(self) -> float:
        return 1e-9 if self._dtype == torch.float64 else 1e-7

    @property
    def _alpha(self) -> float | Tensor:
        return self.alpha.unsqueeze(-1).double() if isinstance(self.alpha, Tensor) else self.alpha

    def _placed(self, points: Tensor) -> Tensor:
        require_broadcast("points", points.shape[:-1], "the batch", self.coefficients.shape[:-1])
        return points.double()

    def _score(self, t: Tensor) -> Tensor:
        heights = self.kernel(t.unsqueeze(-1), self.centers.double().unsqueeze(-2))
        if not isinstance(heights, Tensor):
            raise TypeError(f"kernel must return a torch.Tensor, got {type(heights).__name__}")
        return (heights.double() * self.coefficients.double().unsqueeze(-2)).sum(-1)

    def _score_at(self, u: Tensor) -> Tensor:
        return self._score(self._measure.points(u))

    def _marks(self) -> Marks:
        """Where the integrand may be narrow or have a corner: centers, and the base's middle.

        Beside a center whose kernel is narrow, also the distances from the scan's spacing down to
        its width.
        """
        measure = self._measure
        centers = self.centers.detach().double().expand(self.coefficients.shape)
        places = places_of(self.kernel, centers, *measure.domain)
        spacing = measure.spacing_at(places)
        octaves = kernel_octaves(self.kernel, places, centers, spacing)
        beside = steps_about(places.flatten(-2), spacing.flatten(-2), octaves)
        beside, centers = (
            measure.coordinates(part.clamp(*measure.domain)) for part in (beside, centers)
        )
        marks = torch.cat([centers, beside], -1)
        marks = marks if measure.bounded else torch.nn.functional.pad(marks, (0, 1))
        return Marks(marks, beside)


def _alpha_of(alpha: float | Tensor, coefficients: Tensor) -> float | Tensor:
    """Alpha as a float, or as a tensor of the batch shape."""
    if not isinstance(alpha, Tensor):
        return float(alpha)
    column = require_alpha(alpha.unsqueeze(-1), coefficients, coefficients.ndim - 1)
    return column.expand(*coefficients.shape[:-1], 1).squeeze(-1)
