"""An elliptical density per head over an image."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from attnkit.densities.beta_gaussian import BetaGaussian
from attnkit.densities.layers.measures import SharedNodes, share_of_total
from attnkit.densities.layers.parameters import bounded
from attnkit.validate import require_number

__all__ = ["Elliptical"]


class Elliptical(nn.Module):
    """One ellipse of the alpha family per head, renormalised on the image.

    A head's five parameters become a location (row, column) inside the unit square and a lower
    triangular factor L of its scale matrix L L^T, whose diagonal has a floor of half a pixel. With
    alpha > 1 nothing outside an ellipse is read.

    Parameters
    ----------
    shape : (height, width)
        Pixels of the image, which fills the unit square.
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

    def __init__(self, shape: tuple[int, int], *, alpha: float = 2.0, per_pixel: int = 3):
        super().__init__()
        for place, side in enumerate(shape):
            require_number(f"shape[{place}]", side, low=1)
        require_number("alpha", alpha, low=1.0, high=1e6)
        require_number("per_pixel", per_pixel, low=1)
        self.alpha, self.floor = float(alpha), 0.5 / min(shape)
        rows, columns = (_midpoints(side * per_pixel) for side in shape)
        points = torch.cartesian_prod(rows, columns)
        self.register_buffer("points", points, persistent=False)

    def distribution(self, parameters: Float[Tensor, "*batch 5"]) -> BetaGaussian:
        """The densities on the whole plane."""
        location = bounded(parameters[..., :2], (0.0, 1.0))
        diagonal = torch.diag_embed(self.floor + functional.softplus(parameters[..., 2:4]))
        below = functional.pad(parameters[..., 4, None, None], (0, 1, 1, 0))
        factor = diagonal + below
        return BetaGaussian(location, factor @ factor.mT, self.alpha)

    def forward(self, parameters: Float[Tensor, "*batch head 5"]) -> SharedNodes:
        """The density of each head as masses at nodes in the pixels."""
        points = self.points.to(parameters)
        density = self.distribution(parameters.unsqueeze(-2)).log_prob(points).exp()
        masses = density / len(points)
        return SharedNodes(points, share_of_total(masses), masses.sum(-1))


def _midpoints(n_cells: int) -> Float[Tensor, " cell"]:
    return (torch.arange(n_cells, dtype=torch.float64) + 0.5) / n_cells
