"""Expectations under the alpha family in a box of the plane, such as an image."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.alpha_family.line_piece import angle_within
from attnkit.densities.alpha_family.space import Nodes, doubled, sizes
from attnkit.densities.alpha_family.spread import log_profile, log_volume, reach
from attnkit.densities.shared.arguments import require_domain
from attnkit.densities.shared.estimate import Estimate, Function

__all__ = ["box_expectation"]

# Panels of the outer integral: the sides of the box that cut it, and four crossings between them.
_N_PANELS = 5


def box_expectation(
    function: Function,
    location: Float[Tensor, "*batch n"],
    spread_tril: Float[Tensor, "*batch n n"],
    excess: Float[Tensor, "*#batch"],
    box: Sequence,
    *,
    tolerance: float = 1e-9,
    max_nodes: int = 100_000,
) -> Estimate:
    """E_p[function | t in box] with box = ((low, high), (low, high)), and the mass of p inside it.

    An integral over the first coordinate, in panels that end where the edge of the support crosses
    the sides of the box, of one over the second. Nodes, tolerance and `function` as in
    `space_expectation`. Where no mass is inside, the value is zero, with zero gradient. Derived
    here.

    Raises
    ------
    ValueError
        For an empty box, or if n is not 2.
    """
    box = _sides(box, location.shape[-1])
    frame = _Frame.of(location, spread_tril, excess, box)

    def n_nodes(size: int) -> int:
        return _N_PANELS * size * size

    return doubled(function, frame.nodes, sizes(n_nodes, max_nodes), tolerance)


def _sides(box: Sequence, n: int) -> list[tuple[float, float]]:
    if n != 2 or len(box) != 2:
        raise ValueError(
            f"domain must be ((low, high), (low, high)) for a density of two dimensions, got "
            f"{box} for one of {n}"
        )
    return [require_domain(f"domain[{place}]", side) for place, side in enumerate(box)]


@dataclass(frozen=True)
class _Frame:
    """Coordinates (x, y) in spreads: t = location + spread_tril (x, y); the support is a disc.

    The sides of the box in the first coordinate are lines x = const, those in the second lines
    y = offset - slope x.
    """

    location: Float[Tensor, "*batch 2"]
    spread_tril: Float[Tensor, "*batch 2 2"]
    excess: Float[Tensor, "*#batch"]
    sides: Float[Tensor, "*batch 2"]
    offsets: Float[Tensor, "*batch 2"]
    slope: Float[Tensor, "*batch 1"]

    @classmethod
    def of(cls, location: Tensor, spread_tril: Tensor, excess: Tensor, box: list) -> "_Frame":
        far = 2 * reach(excess).unsqueeze(-1) * spread_tril.norm(dim=-1)
        ends = torch.tensor(box, dtype=location.dtype, device=location.device)
        # Ends far outside the support, or at infinity, are as good as just outside it.
        ends = (ends - location.unsqueeze(-1)).clamp(-far.unsqueeze(-1), far.unsqueeze(-1))
        across, down = spread_tril[..., 0, 0, None], spread_tril[..., 1, 1, None]
        return cls(
            location,
            spread_tril,
            excess,
            ends[..., 0, :] / across,
            ends[..., 1, :] / down,
            spread_tril[..., 1, 0, None] / down,
        )

    def nodes(self, n_nodes: int) -> Nodes:
        """Points and masses of the rule with n_nodes^2 nodes on each panel."""
        steps, weights = (part.to(self.location) for part in legendre_rule(n_nodes))
        outer, outer_weights = self._outer(math.pi / 2 * (1 + steps), math.pi / 2 * weights)
        radius = reach(self.excess).unsqueeze(-1)
        tiny = torch.finfo(outer.dtype).tiny
        half = (radius.square() - outer.square()).clamp(min=tiny).sqrt()
        ends = (self.offsets.unsqueeze(-2) - (self.slope * outer).unsqueeze(-1)) / half.unsqueeze(
            -1
        )
        start, stop = angle_within(ends).unbind(-1)
        length = (stop - start).unsqueeze(-1) / 2
        angles = start.unsqueeze(-1) + length * (1 + steps)
        inner = half.unsqueeze(-1) * angles.sin()
        inner_weights = length * weights * half.unsqueeze(-1) * angles.cos()
        offsets = torch.stack([outer.unsqueeze(-1).expand_as(inner), inner], dim=-1)
        masses = outer_weights.unsqueeze(-1) * inner_weights * self._density(offsets)
        points = self.location.unsqueeze(-2) + offsets.flatten(-3, -2) @ self.spread_tril.mT
        return points, masses.flatten(-2)

    def _outer(self, angles: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Nodes of the outer integral: a cosine on each panel takes away roots at its ends."""
        corners = self._corners()
        start, half = corners[..., :-1, None], corners.diff(dim=-1).unsqueeze(-1) / 2
        nodes = start + half * (1 - angles.cos())
        return nodes.flatten(-2), (half * angles.sin() * weights).flatten(-2)

    def _corners(self) -> Float[Tensor, "*batch corner"]:
        """Ends of the outer integral and where lines cross the circle, in order."""
        radius = reach(self.excess).unsqueeze(-1)
        ends = self.sides.clamp(-radius, radius)
        steep = 1 + self.slope.square()
        room = steep * radius.square() - self.offsets.square()
        crosses = room > 0
        root = torch.where(crosses, room, 1.0).sqrt()
        crossings = [(self.slope * self.offsets + sign * root) / steep for sign in (-1, 1)]
        low, high = ends.split(1, dim=-1)
        inner = [torch.where(crosses, c, low).clamp(low, high) for c in crossings]
        return torch.cat([ends, *inner], dim=-1).sort(dim=-1).values

    def _density(self, offsets: Tensor) -> Tensor:
        excess = self.excess[..., None, None]
        log_height = log_profile(offsets.square().sum(-1), excess) - log_volume(excess, 2)
        return log_height.exp() / (2 * math.pi)
