"""An elliptical density per head over an image."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from attnkit.arguments import Range, checked
from attnkit.densities.alpha_family.beta_gaussian import BetaGaussian
from attnkit.densities.alpha_family.spread import log_peak_of_spread
from attnkit.densities.layers.measures import SharedNodes, share_of_total
from attnkit.densities.layers.parameters import bounded
from attnkit.precision import outside_autocast

__all__ = ["Elliptical"]

_MOST_RAW = 1e6  # of a free number: the square of a larger one overflows in float32
Raw = Annotated[Float[Tensor, "*batch 5"], Range(-_MOST_RAW, _MOST_RAW)]
RawOfHeads = Annotated[Float[Tensor, "*batch head 5"], Range(-_MOST_RAW, _MOST_RAW)]
Side = Annotated[int, Range(1, 4096)]
_MOST_NODES = 2**24


@checked
class Elliptical(nn.Module):
    """One ellipse of the alpha family per head, renormalised on the image.

    A head's five parameters become a location (row, column) inside the unit square and a lower
    triangular factor L, with a positive diagonal, of the covariance L L^T + floor^2 I that the
    density has on the whole plane. The floor is half a pixel, so that no ellipse slips between the
    nodes. With alpha > 1 nothing outside an ellipse is read.

    Parameters
    ----------
    shape : tuple
        (height, width) Pixels of the image, which fills the unit square.
    alpha : float
        At least 1.
    per_pixel : int
        Nodes along each side of a pixel; the error falls with its square.

    Raises
    ------
    ValueError
        For an image without pixels, alpha < 1 or no node per pixel.

    References
    ----------
    Martins et al. 2020 (2006.07214) use such densities for visual question answering, on the whole
    plane.
    """

    n_parameters = 5

    def __init__(
        self,
        shape: tuple[Side, Side],
        *,
        alpha: Annotated[float, Range(1.0, 1e6)] = 2.0,
        per_pixel: Annotated[int, Range(1, 64)] = 3,
    ):
        super().__init__()
        n_nodes = shape[0] * shape[1] * per_pixel**2
        if n_nodes > _MOST_NODES:
            raise ValueError(
                f"shape and per_pixel must give at most {_MOST_NODES} nodes, got {n_nodes}"
            )
        self.alpha, self.floor = float(alpha), 0.5 / min(shape)
        rows, columns = (_midpoints(side * per_pixel) for side in shape)
        points = torch.cartesian_prod(rows, columns)
        self.register_buffer("points", points, persistent=False)

    @checked
    @outside_autocast
    def distribution(self, parameters: Raw) -> BetaGaussian:
        """The densities on the whole plane."""
        location = bounded(parameters[..., :2], (0.0, 1.0))
        diagonal = torch.diag_embed(functional.softplus(parameters[..., 2:4]))
        below = functional.pad(parameters[..., 4, None, None], (0, 1, 1, 0))
        scale_matrix = _scale_matrix(diagonal + below, self.floor**2, self.alpha - 1)
        return BetaGaussian(location, scale_matrix, self.alpha)

    @checked
    @outside_autocast
    def forward(self, parameters: RawOfHeads) -> SharedNodes:
        """The density of each head as masses at nodes in the pixels."""
        points = self.points.to(parameters)
        density = self.distribution(parameters.unsqueeze(-2)).log_prob(points).exp()
        masses = density / len(points)
        return SharedNodes(points, share_of_total(masses), masses.sum(-1))


def _scale_matrix(
    factor: Float[Tensor, "*batch 2 2"], floor: float, excess: float
) -> Float[Tensor, "*batch 2 2"]:
    """S of the density with covariance L L^T + floor I, by way of its spread (1 + 2 e) cov."""
    covariance = factor @ factor.mT + floor * torch.eye(2).to(factor)
    root = factor.diagonal(dim1=-2, dim2=-1).prod(-1)
    determinant = floor**2 + floor * factor.square().sum((-2, -1)) + root.square()
    log_det = determinant.log() + 2 * math.log1p(2 * excess)
    peak = log_peak_of_spread(log_det, torch.full_like(log_det, excess), 2)
    return (1 + 2 * excess) * covariance * (-excess * peak).exp()[..., None, None]


def _midpoints(n_cells: int) -> Float[Tensor, " cell"]:
    return (torch.arange(n_cells, dtype=torch.float64) + 0.5) / n_cells
