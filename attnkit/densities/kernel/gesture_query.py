"""What a recorded gesture is asked: where does it look like this piece, or where does it move?"""

import functools

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.values import RidgeValueFunction

__all__ = ["PIECES", "density_for", "energy", "similarity"]

PIECES = {"push": 0.3, "drop": 0.35, "lowest point": 0.4, "rise": 0.46, "rest": 0.1}
"""Where in the gesture of `thinned_gesture` a query is cut out, as a share of its time."""

HALF_PIECE = 0.04
CENTERS = torch.linspace(0, 1, 27, dtype=torch.float64)
WIDTH = 1.2 / 26
_WITHIN = torch.linspace(-HALF_PIECE, HALF_PIECE, 17, dtype=torch.float64)
_KERNEL = functools.partial(gaussian, width=WIDTH)


def _pieces(value: RidgeValueFunction, places: Tensor) -> Float[Tensor, "place within"]:
    points = (places.unsqueeze(-1) + _WITHIN).clamp(0, 1)
    return value(points.flatten()).reshape(points.shape)


def similarity(
    value: RidgeValueFunction, query: float, places: Float[Tensor, " place"]
) -> Float[Tensor, " place"]:
    """Minus the mean squared difference between the piece around a place and the query's."""
    wanted = _pieces(value, places.new_tensor([query]))
    return -(_pieces(value, places) - wanted).square().mean(-1)


def energy(value: RidgeValueFunction, places: Float[Tensor, " place"]) -> Float[Tensor, " place"]:
    """Variance of the signal within the piece around a place."""
    return _pieces(value, places).var(-1, correction=0)


def density_for(similarities: Float[Tensor, "*batch center"], alpha: float) -> KernelDensity:
    """The density whose score is a sum of Gaussian kernels with these values at the centers."""
    heights = _KERNEL(CENTERS.unsqueeze(-1), CENTERS)
    coefficients = torch.linalg.solve(heights, similarities.unsqueeze(-1)).squeeze(-1)
    return KernelDensity(coefficients, CENTERS, _KERNEL, alpha)
