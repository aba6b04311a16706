r"""The base measure of a density on the line: Lebesgue on an interval, or a base density.

A domain that is not bounded is seen through t = location + scale sinh(u), with location and scale
of the base density: near the location u runs like t, while a tail like t^-k becomes exponential in
u. The range of u ends where what is left has no weight in float64.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Distribution

from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.shared.arguments import Domain, require_domain

__all__ = ["N_SCANNED", "BaseMeasure"]

N_SCANNED = 250  # points of the first look at a density
_REACH, _STEPS = 40.0, 1281  # sinh(40) is 1e17
_NOTHING, _TOO_MUCH = 1e-19, 1e-9


class BaseMeasure:
    """Points t(u) and log-density of the measure in u, on low <= u <= high.

    Raises
    ------
    ValueError
        For an empty domain, an infinite one without a base density, or a base density with a batch
        or event shape.
    """

    def __init__(self, domain: Domain, base: Distribution | None, dtype, device):
        self.domain, self.base = _checked(domain, base)
        self._tensor = {"dtype": dtype, "device": device}
        self.bounded = all(map(math.isfinite, self.domain))
        self.low, self.high = self.domain
        if not self.bounded:
            self._location, self._scale = _location_and_scale(base)
            self.low, self.high = (self._inverse(end) for end in self.domain)

    @property
    def inside(self) -> float:
        """A point t in the middle of the range."""
        return float(self.points(torch.tensor((self.low + self.high) / 2, dtype=torch.float64)))

    def points(self, u: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """t(u)."""
        if self.bounded:
            return u
        return (self._location + self._scale * torch.sinh(u)).clamp(*self.domain)

    def coordinates(self, t: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """u(t), the inverse of `points`."""
        return t if self.bounded else torch.asinh((t - self._location) / self._scale)

    def spacing_at(self, t: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """Distance of neighbouring points of the scan about t, in t."""
        step = (self.high - self.low) / N_SCANNED
        if self.bounded:
            return torch.full_like(t, step)
        return step * torch.hypot(t - self._location, torch.full_like(t, self._scale))

    def log_base(self, t: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """Log of the base density: 0 for the Lebesgue measure."""
        return torch.zeros_like(t) if self.base is None else self.base.log_prob(t)

    def log_density(self, u: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """Log-density of the measure with respect to du."""
        log_base = self.log_base(self.points(u))
        return log_base if self.bounded else log_base + torch.cosh(u).log() + math.log(self._scale)

    def cut_to(
        self, score: Callable[[Tensor], Tensor], alpha: float | Tensor, marks: Float[Tensor, "..."]
    ) -> None:
        """End the range where the density of this score has no weight left, as seen at the marks.

        Raises
        ------
        ValueError
            Where the weight does not fade towards the ends of the line: then no density exists, or
            its tails are beyond reach.
        """
        step = (self.high - self.low) / (_STEPS - 1)
        grid = torch.linspace(self.low, self.high, _STEPS, **self._tensor)
        inner = marks.clamp(grid[1], grid[-2]).unique()
        u = torch.cat([grid, inner]).sort().values
        gaps = (u[2:] - u[:-2]).clamp(min=torch.finfo(u.dtype).tiny) / 2
        u = u[1:-1]
        values, log_density = score(u), self.log_density(u) + gaps.log()
        if isinstance(alpha, float) and alpha == 1:
            weights = torch.softmax(values + log_density, -1)
        else:
            masses = log_density.exp()
            weights = threshold_normalised(values, masses, alpha) * masses
        weights = weights.reshape(-1, len(u)).amax(0)
        ends = [not math.isfinite(end) for end in self.domain]
        if not bool((weights[[0, -1]] * torch.tensor(ends).to(weights) < _TOO_MUCH).all()):
            raise ValueError(
                "base must have tails that outweigh the score: the density does not fade out "
                f"on the domain {self.domain}"
            )
        heavy = (weights > _NOTHING).nonzero().flatten()
        self.low = max(self.low, u[heavy[0]].item() - step)
        self.high = min(self.high, u[heavy[-1]].item() + step)

    def _inverse(self, end: float) -> float:
        if not math.isfinite(end):
            return math.copysign(_REACH, end)
        return math.asinh((end - self._location) / self._scale)


def _checked(
    domain: Domain, base: Distribution | None
) -> tuple[tuple[float, float], Distribution | None]:
    low, high = require_domain("domain", domain)
    if base is None and not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"base must be given for the infinite domain {domain}, got None")
    if base is not None and (base.batch_shape or base.event_shape):
        raise ValueError(
            f"base must be one density on the line, got batch shape {tuple(base.batch_shape)} "
            f"and event shape {tuple(base.event_shape)}"
        )
    return _within_support(low, high, base), base


def _within_support(low: float, high: float, base: Distribution | None) -> tuple[float, float]:
    """The part of the domain on which the base density may be positive.

    Raises
    ------
    ValueError
        Where there is none, or the base density is infinite at an end.
    """
    if base is None:
        return low, high
    support = getattr(base, "support", None)
    first, last = (
        float(torch.as_tensor(getattr(support, name, default)))
        for name, default in (("lower_bound", -math.inf), ("upper_bound", math.inf))
    )
    low, high = max(low, first), min(high, last)
    if not low < high:
        raise ValueError(f"base must have some mass on the domain, its support is {support}")
    ends = [end for end in (low, high) if math.isfinite(end)]
    at_ends = base.log_prob(_like(base, ends)).detach() if ends else torch.zeros(0)
    if bool((at_ends == math.inf).any() | at_ends.isnan().any()):
        raise ValueError(
            f"base must have a density that is finite at the ends of the domain, got infinity at "
            f"one of {ends}; a narrower domain leaves it out"
        )
    return low, high


def _like(base: Distribution, numbers: list[float]) -> Tensor:
    dtype = base.mean.dtype if isinstance(getattr(base, "mean", None), Tensor) else torch.float64
    return torch.tensor(numbers, dtype=dtype)


def _location_and_scale(base: Distribution) -> tuple[float, float]:
    """Mean and standard deviation where they exist, else median and half interquartile range."""
    try:
        location, scale = (
            torch.as_tensor(part).detach().item() for part in (base.mean, base.stddev)
        )
    except NotImplementedError:
        location = scale = math.nan
    if not (math.isfinite(location) and math.isfinite(scale) and scale > 0):
        quarters = base.icdf(torch.tensor([0.25, 0.5, 0.75])).detach()
        location, scale = quarters[1].item(), (quarters[2] - quarters[0]).item() / 2
    return location, scale
