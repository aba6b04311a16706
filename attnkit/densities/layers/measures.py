"""A density on a domain as weighted points: what a layer reads values with."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["LEAST_MASS", "Measure", "MovingNodes", "SharedNodes", "ValueFunction", "share_of_total"]

LEAST_MASS = 1e-30
"""Less mass than this counts as none: its reciprocal would overflow in a gradient in float32."""

ValueFunction = Callable[[Tensor], Tensor]
"""From points (..., node), or (..., node, dimension), to values (..., node, feature)."""


class SharedNodes(NamedTuple):
    """Masses at nodes that every head and example shares.

    points (node,) or (node, dimension); masses (..., head, node), which sum to one, or are all
    zero where less than `LEAST_MASS` is inside the domain; inside (..., head), the mass there.
    """

    points: Tensor
    masses: Tensor
    inside: Tensor

    def read(self, values: ValueFunction) -> Float[Tensor, "*batch head feature"]:
        """The sum over nodes of mass times value; `values` is evaluated once per node."""
        found = _values_at(values, self.points, self.masses.shape[-1:])
        return self.masses @ found.to(self.masses.dtype)


class MovingNodes(NamedTuple):
    """Masses at nodes of each head's own, where its density is: (..., head, node) both.

    Masses and inside as for `SharedNodes`.
    """

    points: Tensor
    masses: Tensor
    inside: Tensor

    def read(self, values: ValueFunction) -> Float[Tensor, "*batch head feature"]:
        """The sum over nodes of mass times value."""
        flat = self.points.flatten(-2)
        found = _values_at(values, flat, flat.shape[-1:]).unflatten(-2, self.points.shape[-2:])
        return (self.masses.unsqueeze(-1) * found.to(self.masses.dtype)).sum(-2)


def _values_at(values: ValueFunction, points: Tensor, nodes: torch.Size) -> Tensor:
    found = values(points)
    if not isinstance(found, Tensor):
        raise TypeError(f"values must return a torch.Tensor, got {type(found).__name__}")
    if found.shape[-2:-1] != nodes:
        raise ValueError(
            f"values must return (..., node, feature) with {nodes[0]} nodes, "
            f"got {tuple(found.shape)}"
        )
    return found


Measure = SharedNodes | MovingNodes


def share_of_total(masses: Float[Tensor, "*batch node"]) -> Float[Tensor, "*batch node"]:
    """Masses over their sum; zeros, with zero gradient, where it is below `LEAST_MASS`."""
    total = masses.sum(-1, keepdim=True)
    alive = total > LEAST_MASS
    return torch.where(alive, masses, 0.0) / torch.where(alive, total, 1.0)
