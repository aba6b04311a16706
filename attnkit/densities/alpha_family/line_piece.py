"""The part of a density on the line that lies in a domain, ready to be integrated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.line import spread_squared
from attnkit.densities.alpha_family.panels import Panels, panel_nodes
from attnkit.densities.alpha_family.parameters import excess_of
from attnkit.densities.alpha_family.spread import log_profile, log_volume, reach
from attnkit.densities.shared.arguments import Domain, require_domain

__all__ = ["Piece", "angle_within"]


@dataclass(frozen=True)
class Piece:
    """Points location + spread reach sin(angle), with the angle from start to stop.

    In the angle the edge of the density is smooth. Nodes are set relative to the location, so a
    density narrow against its distance from zero keeps its shape in float32.
    """

    location: Float[Tensor, "*batch"]
    spread: Float[Tensor, "*batch"]
    excess: Float[Tensor, "*#batch"]
    start: Float[Tensor, "*batch"]
    stop: Float[Tensor, "*batch"]

    @classmethod
    def of(
        cls,
        location: Float[Tensor, "*#batch"],
        score_variance: Float[Tensor, "*#batch"],
        alpha: float | Tensor,
        domain: Domain,
    ) -> Piece:
        """The part inside the domain; start = stop where there is none."""
        domain = require_domain("domain", domain)
        spread = spread_squared(score_variance, alpha).sqrt()
        location, spread = torch.broadcast_tensors(location, spread)
        excess = excess_of(alpha, like=location)[1]
        extent = spread * reach(excess)
        return cls(location, spread, excess, *(_angle(e, location, extent) for e in domain))

    def nodes(
        self, panels: Panels, n_nodes: int
    ) -> tuple[Float[Tensor, "*batch panel node"], Float[Tensor, "*batch panel node"]]:
        """Points and their masses; `panels` are fractions of the way from start to stop."""
        fractions, weights = panel_nodes(panels, n_nodes)
        location, spread, excess, start, length = (
            part[..., None, None]
            for part in (self.location, self.spread, self.excess, self.start, self._length)
        )
        angles = start + length * fractions
        depth = reach(excess)
        offsets = depth * angles.sin()
        log_heights = log_profile(offsets.square(), excess) - log_volume(excess, 1)
        per_angle = depth * angles.cos() / math.sqrt(2 * math.pi)
        return location + spread * offsets, log_heights.exp() * per_angle * length * weights

    def fractions(self, points: Float[Tensor, "*batch point"]) -> Float[Tensor, "*batch point"]:
        """How far from start to stop the points are, between 0 and 1; the inverse of `nodes`."""
        location, spread, excess, start, length = (
            part.unsqueeze(-1)
            for part in (self.location, self.spread, self.excess, self.start, self._length)
        )
        angles = angle_within((points - location) / (spread * reach(excess)))
        return ((angles - start) / length.where(length > 0, 1.0)).clamp(0, 1)

    @property
    def _length(self) -> Tensor:
        return self.stop - self.start


def _angle(end: float, location: Tensor, extent: Tensor) -> Tensor:
    if math.isinf(end):
        return torch.full_like(location, math.copysign(math.pi / 2, end))
    return angle_within((end - location) / extent)


def angle_within(sine: Tensor) -> Tensor:
    """arcsin, and +-pi / 2 with zero gradient beyond +-1."""
    inside = sine.abs() < 1
    angle = torch.where(inside, sine, 0.0).asin()
    return torch.where(inside, angle, math.pi / 2 * sine.sign())
