"""The alpha family in R^n: the density of a quadratic score, for every alpha >= 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.distributions.kl import register_kl

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.alpha_family.box import box_expectation
from attnkit.densities.alpha_family.cumulative import lower_mass, quantile
from attnkit.densities.alpha_family.divergence import divergence
from attnkit.densities.alpha_family.log_density import LogDensity
from attnkit.densities.alpha_family.parameters import excess_of, factor_of
from attnkit.densities.alpha_family.quadrature import on_line
from attnkit.densities.alpha_family.space import space_expectation
from attnkit.densities.alpha_family.spread import (
    expm1_ratio,
    log_peak,
    log_peak_of_spread,
    log_profile,
)
from attnkit.densities.shared.arguments import AlphaPerRow, Tolerance, require_broadcast
from attnkit.densities.shared.estimate import Estimate, Function
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced, require_finite, require_floating, require_shape

__all__ = ["BetaGaussian"]

SampleShape = Sequence[Annotated[int, Range(0, 10**9)]]


@checked
class BetaGaussian(Distribution):
    r"""The density that maximises E_p[f] - Omega_alpha(p) for f(t) = -(t-loc)' S^-1 (t-loc) / 2.

    Omega_alpha is the Tsallis negentropy, S the `scale_matrix`. The density is

        p(t) = [(alpha - 1) (f(t) - threshold)]_+ ^ (1 / (alpha - 1)):

    the Gaussian N(loc, S) at alpha = 1, a truncated paraboloid at alpha = 2, and close to the
    uniform density on an ellipsoid of volume one for large alpha. S is the covariance at alpha = 1
    only. The ellipsoid {f > threshold} is where the density is positive, but `support` is all of
    R^n: outside the ellipsoid `log_prob` is minus infinity, with zero gradient, so that mixtures
    (`torch.distributions.MixtureSameFamily`) neither raise nor spoil a gradient.

    Parameters
    ----------
    loc : Tensor
        Mean and mode, (..., n).
    scale_matrix : Tensor
        S, symmetric positive definite, (..., n, n).
    alpha : float or Tensor
        Number or tensor (...), at least 1, that broadcasts with the batch; it can be learned.

    Raises
    ------
    ValueError, TypeError
        For shapes that don't fit, NaN, a scale_matrix that is not symmetric positive definite, and
        alpha < 1.

    Notes
    -----
    Martins et al. 2022 (2108.01988), who write beta = 2 - alpha; the numerically regular forms are
    those of `alpha_family.spread`.
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real_vector,
        "scale_matrix": constraints.positive_definite,
        "alpha": constraints.greater_than_eq(1.0),
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Annotated[Float[Tensor, "*#batch n"], Finite()],
        scale_matrix: Annotated[Float[Tensor, "*#batch n n"], Finite()],
        alpha: AlphaPerRow,
        *,
        validate_args: bool | None = None,
    ):
        if loc.shape[-1] == 0:
            raise ValueError(f"loc must have at least one dimension n, got {tuple(loc.shape)}")
        self._dtype = torch.promote_types(loc.dtype, scale_matrix.dtype)
        tril = factor_of(scale_matrix, torch.promote_types(self._dtype, torch.float32))
        alpha, excess = excess_of(alpha, like=tril)
        batch_shape = torch.broadcast_shapes(loc.shape[:-1], tril.shape[:-2], alpha.shape)
        # The checks of torch know neither half precision nor scales of 1e-6; ours do.
        super().__init__(batch_shape, loc.shape[-1:], validate_args=False)
        # torch's own default is one for the process, and compiling any distribution turns it off.
        self._validate_args = __debug__ if validate_args is None else validate_args
        self._hold(loc, scale_matrix, alpha, tril, excess)

    def _hold(self, loc: Tensor, scale_matrix: Tensor, alpha: Tensor, tril: Tensor, excess: Tensor):
        """Keep every parameter at the batch's shape."""
        batch, n = self.batch_shape, self.event_shape
        self.loc, self.scale_matrix = loc.expand(batch + n), scale_matrix.expand(batch + n + n)
        self.alpha = alpha.expand(batch)
        self._scale_tril = tril.expand(batch + n + n)
        self._excess = excess  # as given, so that one number stays one number

    def expand(self, batch_shape, _instance=None) -> BetaGaussian:
        """The same density with a larger batch; nothing is copied."""
        new = self._get_checked_instance(BetaGaussian, _instance)
        super(BetaGaussian, new).__init__(
            torch.Size(batch_shape), self.event_shape, validate_args=False
        )
        new._validate_args, new._dtype = self._validate_args, self._dtype
        new._hold(self.loc, self.scale_matrix, self.alpha, self._scale_tril, self._excess)
        return new

    @property
    def mean(self) -> Float[Tensor, "*batch n"]:
        """loc."""
        return self.loc.to(self._dtype)

    @property
    def mode(self) -> Float[Tensor, "*batch n"]:
        """loc."""
        return self.mean

    @property
    @outside_autocast
    def covariance_matrix(self) -> Float[Tensor, "*batch n n"]:
        """2 p(loc)^(alpha - 1) S / (2 + (n + 2) (alpha - 1)); S at alpha = 1."""
        tril = self.spread_tril
        shrinks = 2 / (2 + (self._n + 2) * self._excess)
        return (shrinks[..., None, None] * (tril @ tril.mT)).to(self._dtype)

    @property
    def variance(self) -> Float[Tensor, "*batch n"]:
        """Diagonal of the covariance matrix."""
        return self.covariance_matrix.diagonal(dim1=-2, dim2=-1)

    @property
    def threshold(self) -> Float[Tensor, "*batch"]:
        """Level that the score must exceed to get any mass; minus infinity at alpha = 1."""
        return (-self._spread_ratio / self._excess).to(self._dtype)

    @property
    def support_radius(self) -> Float[Tensor, "*batch"]:
        """The R for which the support is {(t - loc)' S~^-1 (t - loc) <= R^2}.

        S~ = S / det(S)^(1 / (n + 2 / (alpha - 1))), as published: R depends on n and alpha only,
        and is the radius of the ball that supports the density with S = I. Infinite at alpha = 1.
        For lengths in the units of t see `support_half_widths`.
        """
        standard = log_peak(torch.zeros_like(self._excess), self._excess, self._n)
        radius = (2 * (self._excess * standard).exp() / self._excess).sqrt()
        return radius.to(self._dtype).expand(self.batch_shape)

    @property
    def support_half_widths(self) -> Float[Tensor, "*batch n"]:
        """Half the sides of the smallest box around the support, in the units of t.

        In one dimension, half the length of the support. Infinite at alpha = 1.
        """
        squared = self.spread_tril.square().sum(-1)
        return (2 * squared / self._excess.unsqueeze(-1)).sqrt().to(self._dtype)

    @checked
    @outside_autocast
    def log_prob(self, value: Float[Tensor, "*#sample_and_batch n"]) -> Tensor:
        """Log-density at the points (..., n), which broadcast with the batch.

        Raises
        ------
        TypeError
            For points that are not floating point.
        ValueError
            For NaN (unless `validate_args` is false) or another shape.
        """
        squared = _distance(self.spread_tril, self._offset(value))
        found = self._log_peak + log_profile(squared, self._excess)
        found = found.to(torch.promote_types(self._dtype, value.dtype))
        return found.as_subclass(LogDensity)

    @checked
    @outside_autocast
    def cdf(self, value: Float[Tensor, "*#sample_and_batch 1"]) -> Tensor:
        """Mass below the points (..., 1), for n = 1: (...,).

        Differentiable in the points and every parameter. A small mass keeps its digits below the
        location; above it, ask for the mirrored point. Derived here, in `alpha_family.cumulative`.

        Raises
        ------
        TypeError
            For points that are not floating point.
        ValueError
            For NaN (unless `validate_args` is false), another shape, or n other than 1.
        """
        self._require_line("cdf")
        x = self._offset(value)[..., 0] / self._spread
        found = lower_mass(x, self._excess.expand_as(x))
        return found.to(torch.promote_types(self._dtype, value.dtype))

    @checked
    @outside_autocast
    def icdf(
        self, value: Annotated[Float[Tensor, "*#sample_and_batch"], Range(0.0, 1.0)]
    ) -> Tensor:
        """Points (..., 1) with the mass `value` (...) below them, for n = 1: the inverse of `cdf`.

        The edges of the support for 0 and 1, infinite at alpha = 1. Differentiable in the mass and
        every parameter; at the edges the derivative in the mass is infinite, and zero is given.

        Raises
        ------
        TypeError
            For masses that are not floating point.
        ValueError
            For masses outside [0, 1], another shape, or n other than 1.
        """
        self._require_line("icdf")
        require_broadcast("value", value.shape, "the batch", self.batch_shape)
        spread = self._spread
        mass = value.to(spread.dtype).expand(torch.broadcast_shapes(value.shape, self.batch_shape))
        excess = self._excess.expand_as(mass)
        endless = (excess == 0) & ((mass == 0) | (mass == 1))
        offset = spread * quantile(torch.where(endless, 0.5, mass), excess)
        found = self.loc[..., 0].to(spread.dtype) + offset
        found = torch.where(endless, torch.where(mass > 0, math.inf, -math.inf), found)
        return found.unsqueeze(-1).to(torch.promote_types(self._dtype, value.dtype))

    @checked
    @outside_autocast
    def rsample(
        self, sample_shape: SampleShape = (), generator: torch.Generator | None = None
    ) -> Tensor:
        """Samples loc + C^(1/2) z / sqrt(w + (alpha - 1) z'z / 2) with z normal.

        C is the spread, w a Gamma variable of shape 1 + 1/(alpha - 1) and scale alpha - 1, which
        is 1 at alpha = 1. Differentiable in every parameter; in alpha only where alpha > 1.
        Derived here from the Beta law of the squared radius.
        """
        shape = self._extended_shape(sample_shape)
        like = self._scale_tril
        normal = torch.randn(shape, generator=generator, dtype=like.dtype, device=like.device)
        excess = self._excess.expand(shape[:-1])
        sparse = excess > 0
        safe = torch.where(sparse, excess, 1.0)
        gamma = safe * torch._standard_gamma(1 + 1 / safe, generator=generator)
        weight = torch.where(sparse, gamma, 1.0)
        squeezed = normal * (weight + excess * normal.square().sum(-1) / 2).rsqrt().unsqueeze(-1)
        offset = (self.spread_tril @ squeezed.unsqueeze(-1)).squeeze(-1)
        return (self.loc.to(like) + offset).to(self._dtype)

    def sample(
        self, sample_shape: SampleShape = (), generator: torch.Generator | None = None
    ) -> Tensor:
        """As `rsample`, without gradients."""
        with torch.no_grad():
            return self.rsample(sample_shape, generator)

    def entropy(self) -> Float[Tensor, "*batch"]:
        """Tsallis entropy (1 - integral of p^alpha) / (alpha (alpha - 1)); Shannon's at alpha = 1.

        It is -Omega_alpha(p), the term that the prediction map trades against the score.
        """
        return self._entropy.to(self._dtype)

    def perplexity(self) -> Tensor:
        """Not defined: it is the exponential of Shannon's entropy, and `entropy` is Tsallis'."""
        raise NotImplementedError("perplexity needs Shannon's entropy; `entropy` is Tsallis'")

    @checked
    @outside_autocast
    def fenchel_young_loss(self, value: Float[Tensor, "*#sample_and_batch n"]) -> Tensor:
        """max_p (E_p[f] - Omega_alpha(p)) - f(value): convex in f, -log p(value) at alpha = 1.

        Equal to f(loc) - f(value) + (1 + n (alpha - 1) / 2) entropy - n / (2 alpha); the last term
        is needed for the derivative in alpha. Its mean over data is least at the data's law, if
        that is in the family. Martins et al. 2022, with the constant derived here.
        """
        squared = _distance(self._scale_tril, self._offset(value))
        constant = (1 + self._n * self._excess / 2) * self._entropy - self._n / (
            2 * (1 + self._excess)
        )
        return (squared / 2 + constant).to(torch.promote_types(self._dtype, value.dtype))

    @outside_autocast
    def escort(self) -> BetaGaussian:
        """The density proportional to p^(2 - alpha): a beta-Gaussian of order 1 / (2 - alpha).

        It has the same support, and weighs the derivatives of expectations: d E_p[g] / d theta =
        escort_mass * Cov_escort(features, g) for a score theta . features. Martins et al. 2022;
        derived here.

        Raises
        ------
        ValueError
            For alpha >= 2: the escort is uniform on the support at 2 and grows towards its edge
            beyond, and neither is a beta-Gaussian of finite order; and so close below 2 that the
            escort's scale_matrix is out of the range of its dtype.
        """
        excess = self._excess / (1 - self._excess)
        tril = self.spread_tril * (1 - self._excess).clamp(min=0).rsqrt()[..., None, None]
        log_ratio = -excess * log_peak_of_spread(_log_det(tril), excess, self._n)
        in_range = log_ratio.abs() < 0.9 * math.log(torch.finfo(tril.dtype).max)
        if not is_traced(tril) and not bool(((self._excess < 1) & in_range).all()):
            raise ValueError(
                f"alpha must be < 2, and not too close to it, for an escort, got "
                f"{self.alpha.max().item()}"
            )
        scale_matrix = log_ratio.exp()[..., None, None] * (tril @ tril.mT)
        return BetaGaussian(
            self.loc, scale_matrix, 1 / (2 - self.alpha), validate_args=self._validate_args
        )

    @property
    def escort_mass(self) -> Float[Tensor, "*batch"]:
        """Integral of p^(2 - alpha): (1 + n (alpha - 1) / 2) p(loc)^(1 - alpha)."""
        return ((1 + self._n * self._excess / 2) / self._spread_ratio).to(self._dtype)

    @checked
    @outside_autocast
    def expectation(
        self,
        function: Function,
        domain: tuple | list | None = None,
        *,
        tolerance: Tolerance = 1e-9,
    ) -> Estimate:
        """E_p[function], or E_p[function | domain], with its error and the mass looked at.

        `function` maps points (..., node, n) to values (..., node, features). `domain` holds a pair
        (low, high) per dimension, and on the line may be that pair; it is understood for n = 1 and
        n = 2. On the line the rule is that of `adaptive_expectation`. In R^n, n <= 7, it is a Gauss
        rule in the squared radius times one on the sphere, in a box of the plane one on panels
        that end where the edge of the support crosses its sides. Their nodes are doubled until
        value and mass move by less than `tolerance`, or there would be more than 40,000 (in a box
        100,000); the error says how far they moved at last. Differentiable in every parameter,
        twice too. Derived here.

        Raises
        ------
        ValueError
            For an empty domain, values of a wrong shape, or more than 7 dimensions.
        """
        location = self.loc.to(self._scale_tril.dtype)
        if self._n == 1:
            squared = self._scale_tril[..., 0, 0].square()
            found = on_line(function, location, squared, self.alpha, domain, tolerance)
        elif domain is None:
            frame = (location, self.spread_tril, self._excess)
            found = space_expectation(function, *frame, tolerance=tolerance)
        else:
            frame = (location, self.spread_tril, self._excess)
            found = box_expectation(function, *frame, domain, tolerance=tolerance)
        return Estimate(*(part.to(self._dtype) for part in found))

    def _offset(self, value: Tensor) -> Tensor:
        """The points less loc, in the dtype that is worked in."""
        require_floating("value", value)
        require_shape("value", value, self.event_shape)
        require_broadcast("value", value.shape[:-1], "the batch", self.batch_shape)
        if self._validate_args:
            require_finite("value", value)
        return value.to(self._scale_tril.dtype) - self.loc.to(self._scale_tril.dtype)

    def _require_line(self, what: str) -> None:
        if self._n != 1:
            raise ValueError(f"loc must have one dimension for {what}, got {self._n}")

    @property
    def _spread(self) -> Tensor:
        """The spread of a density on the line."""
        return self.spread_tril[..., 0, 0]

    @property
    def _n(self) -> int:
        return self.event_shape[0]

    @property
    def _log_peak(self) -> Tensor:
        return log_peak(_log_det(self._scale_tril), self._excess, self._n)

    @property
    def _spread_ratio(self) -> Tensor:
        """p(loc)^(alpha - 1): the spread over the scale matrix."""
        return (self._excess * self._log_peak).exp()

    @property
    def spread_tril(self) -> Float[Tensor, "*batch n n"]:
        """Cholesky factor of the spread C, in at least float32."""
        return self._spread_ratio.sqrt()[..., None, None] * self._scale_tril

    @property
    def _entropy(self) -> Tensor:
        excess, peak = self._excess, self._log_peak
        top = self._n - 2 * (1 + excess) * peak * expm1_ratio(excess * peak)
        return top / ((1 + excess) * (2 + (self._n + 2) * excess))


def _log_det(tril: Tensor) -> Tensor:
    """log det(tril tril')."""
    return 2 * tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)


def _distance(tril: Tensor, offset: Tensor) -> Tensor:
    """offset' (tril tril')^-1 offset."""
    identity = torch.eye(tril.shape[-1], dtype=tril.dtype, device=tril.device)
    inverse = torch.linalg.solve_triangular(tril, identity, upper=False)
    return torch.einsum("...ij,...j->...i", inverse, offset).square().sum(-1)


@register_kl(BetaGaussian, BetaGaussian)
@outside_autocast
def _kl(p: BetaGaussian, q: BetaGaussian) -> Tensor:
    """Divergence of q from p on the line: infinite where p has mass outside the support of q."""
    for each in (p, q):
        each._require_line("a divergence")
    dtype = torch.promote_types(p._scale_tril.dtype, q._scale_tril.dtype)
    unit = q._spread.to(dtype)
    numbers = (
        (p.loc[..., 0].to(dtype) - q.loc[..., 0].to(dtype)) / unit,
        p._spread.to(dtype) / unit,
        p._excess.to(dtype),
        q._excess.to(dtype),
    )
    return divergence(*torch.broadcast_tensors(*numbers)).to(
        torch.promote_types(p._dtype, q._dtype)
    )
