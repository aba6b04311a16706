r"""Moments E[f(h + X) g(k + Y)] of rectified and stepped Gaussians, with their derivatives.

X and Y are standard Gaussians of correlation rho; f and g are relu (of order 2), its derivative
the step (1), and that one's derivative, the point mass at zero (0). A derivative in h lowers the
order of f, one in k that of g, and one in rho that of both (Price's theorem). So every derivative
of a moment is a moment, and the limits at rho = -1 and 1 come out right.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.random_features.orthants import normal_density, orthant_probability
from attnkit.random_features.partials import with_partials

__all__ = ["moment"]

Batch = Float[Tensor, "*batch"]


def moment(
    orders: tuple[int, int],
    first: Float[Tensor, "*#batch"],
    second: Float[Tensor, "*#batch"],
    correlation: Float[Tensor, "*#batch"],
) -> Float[Tensor, "*batch"]:
    """E[f(h + X) g(k + Y)] for f and g of the given orders.

    Where both have order 0 it is the density of the two at zero, infinite for h = +-k, rho = +-1.
    """
    if min(orders) == 0:
        return _pinned(orders, first, second, correlation)
    f, g = orders
    lowered = [
        lambda *place, orders=each: moment(orders, *place)
        for each in ((f - 1, g), (f, g - 1), (f - 1, g - 1))
    ]
    return with_partials(_VALUES[orders], tuple(lowered), first, second, correlation)


def _rectified_pair(h: Batch, k: Batch, rho: Batch) -> Batch:
    """E[relu(h + X) relu(k + Y)], by integration by parts; rounding may not make it negative.

    Beyond -1 and 1 it goes on linearly in rho.
    """
    both = (h * k + rho) * orthant_probability(h, k, rho)
    one = h * normal_density(k) * _beyond(k, h, rho) + k * normal_density(h) * _beyond(h, k, rho)
    corner = _spread(rho) * normal_density(h) * normal_density(_standard(h, k, rho))
    return (both + one + corner).clamp(min=0.0)


def _stepped_pair(h: Batch, k: Batch, rho: Batch) -> Batch:
    """E[step(h + X) relu(k + Y)]."""
    inside = k * orthant_probability(h, k, rho)
    edges = normal_density(k) * _beyond(k, h, rho) + rho * normal_density(h) * _beyond(h, k, rho)
    return (inside + edges).clamp(min=0.0)


_VALUES = {
    (2, 2): _rectified_pair,
    (1, 2): _stepped_pair,
    (2, 1): lambda h, k, rho: _stepped_pair(k, h, rho),
    (1, 1): orthant_probability,
}


def _pinned(orders: tuple[int, int], h: Batch, k: Batch, rho: Batch) -> Batch:
    """The moments in which one variable, or both, must be zero."""
    if orders[0] > 0:
        return _pinned(orders[::-1], k, h, rho)
    ratio = _standard(h, k, rho)
    if orders[1] == 2:
        above = (k - rho * h) * torch.special.ndtr(ratio) + _spread(rho) * normal_density(ratio)
        return normal_density(h) * above
    if orders[1] == 1:
        return normal_density(h) * torch.special.ndtr(ratio)
    joint = normal_density(h) * normal_density(ratio) / _spread(rho)
    return torch.where(ratio.isinf(), 0.0, joint)


def _spread(rho: Batch) -> Batch:
    return ((1.0 - rho) * (1.0 + rho)).clamp(min=0.0).sqrt()


def _standard(h: Batch, k: Batch, rho: Batch) -> Batch:
    """(k - rho h)/sqrt(1 - rho^2), how far k + Y given h + X = 0 is above zero; 0 for 0/0."""
    side = torch.where(rho < 0, -h, h)
    gap = (k - side) + (1.0 - rho.abs()).clamp(min=0.0) * side  # k - rho h without cancellation
    return torch.where(gap == 0, 0.0, gap / _spread(rho))


def _beyond(h: Batch, k: Batch, rho: Batch) -> Batch:
    """P(k + Y > 0) given h + X = 0."""
    return torch.special.ndtr(_standard(h, k, rho))
