"""A kernel density per head: several regions, where and as many as the coefficients say."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.layers.measures import SharedNodes, share_of_total
from attnkit.validate import require_finite, require_floating, require_number

__all__ = ["KernelScore"]

_PER_PANEL = 16


class KernelScore(nn.Module):
    """The density of a kernel score per head, on fixed nodes of the domain.

    f(t) = sum_i coefficient_i k(t, center_i) and p = [(alpha - 1)(f - threshold)]_+^(1/(alpha-1)),
    exp(f - log Z) at alpha = 1: the argmax of E_p[f] - Omega_alpha(p) on the domain.

    Parameters
    ----------
    centers : Tensor
        Tensor, shape (center,) A head has one coefficient for each.
    kernel : callable
        `kernel(s, t)`, which broadcasts; it may be a module that learns.
    alpha : float
        1 to 2.
    domain : tuple
        (low, high) Compact.
    n_panels : int
        Each of 16 Gauss-Legendre nodes. Exponentially accurate at alpha = 1 for smooth kernels;
        the kink of alpha = 2 leaves an error of second order in the panel's width.

    Raises
    ------
    ValueError
        For centers that are NaN or not a vector, alpha outside [1, 2], an empty or infinite domain,
        or no panel.

    References
    ----------
    Moreno et al. 2022, Kernel Multimodal Continuous Attention; with the threshold that makes the
    density the true argmax instead of a division.
    """

    def __init__(
        self,
        centers: Float[Tensor, " center"],
        kernel: Callable[[Tensor, Tensor], Tensor],
        *,
        alpha: float = 2.0,
        domain: tuple[float, float] = (0.0, 1.0),
        n_panels: int = 8,
    ):
        super().__init__()
        require_floating("centers", centers)
        require_finite("centers", centers)
        if centers.ndim != 1 or len(centers) == 0:
            raise ValueError(f"centers must be a non-empty vector, got {tuple(centers.shape)}")
        require_number("alpha", alpha, low=1.0, high=2.0)
        require_number("domain[0]", domain[0], low=-1e30, high=1e30)
        require_number("domain[1]", domain[1], low=domain[0], high=1e30, exclusive=True)
        require_number("n_panels", n_panels, low=1)
        self.alpha, self.kernel, self.n_parameters = float(alpha), kernel, len(centers)
        points, weights = _composite_legendre(domain, n_panels)
        self.register_buffer("centers", centers.double())
        self.register_buffer("points", points, persistent=False)
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, parameters: Float[Tensor, "*batch head center"]) -> SharedNodes:
        """The density of each head as masses at the fixed nodes."""
        points, weights = self.points.to(parameters), self.weights.to(parameters)
        kernel_values = self.kernel(points.unsqueeze(-1), self.centers.to(parameters))
        score = parameters @ kernel_values.mT
        if self.alpha == 1:  # the same density, several times faster
            masses = torch.softmax(score + weights.log(), -1)
        else:
            masses = share_of_total(threshold_normalised(score, weights, self.alpha) * weights)
        return SharedNodes(points, masses, torch.ones_like(masses[..., 0]))


def _composite_legendre(domain: tuple[float, float], n_panels: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights of `n_panels` equal panels, in float64."""
    nodes, weights = legendre_rule(_PER_PANEL)
    low, width = domain[0], (domain[1] - domain[0]) / n_panels
    corners = torch.arange(n_panels, dtype=torch.float64).unsqueeze(-1)
    points = low + width * (corners + (1 + nodes) / 2)
    return points.flatten(), (width * weights / 2).repeat(n_panels)
