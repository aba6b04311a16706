"""A kernel density per head: several regions, where and as many as the coefficients say."""

import warnings
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.kernel.narrow import kernel_octaves
from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.layers.measures import SharedNodes, share_of_total
from attnkit.densities.shared.arguments import Domain, WholeNumber, require_domain
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced, require_shape

__all__ = ["KernelScore", "UnresolvedDensity"]

_PER_PANEL = 16
_MOST_OF_IT = 0.5


class UnresolvedDensity(UserWarning):
    """A density narrower than the nodes that read it are apart."""


@checked
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
        centers: Annotated[Float[Tensor, " center"], Finite()],
        kernel: Callable[[Tensor, Tensor], Tensor],
        *,
        alpha: Annotated[float, Range(1.0, 2.0)] = 2.0,
        domain: Domain = (0.0, 1.0),
        n_panels: WholeNumber = 8,
    ):
        super().__init__()
        if len(centers) == 0:
            raise ValueError("centers must not be empty, got shape (0,)")
        domain = require_domain("domain", domain, bounded=True)
        self.alpha, self.kernel, self.n_parameters = float(alpha), kernel, len(centers)
        points, weights = _composite_legendre(domain, n_panels)
        self.register_buffer("centers", centers.detach().clone())
        # No buffers: float64 tables cannot follow the module to a device that has no float64.
        self._points, self._weights = points, weights
        _require_wide(kernel, centers.detach().cpu().double(), points.diff().max().item())

    @checked
    @outside_autocast
    def forward(
        self, parameters: Annotated[Float[Tensor, "*batch head center"], Finite()]
    ) -> SharedNodes:
        """The density of each head as masses at the fixed nodes.

        Warns
        -----
        UnresolvedDensity
            Where one node holds most of a density: it is narrower than the nodes are apart, and
            what is read is off by up to their spacing.
        """
        require_shape("parameters", parameters, (self.n_parameters,))
        points, weights = self._points.to(parameters), self._weights.to(parameters)
        kernel_values = self.kernel(points.unsqueeze(-1), self.centers.to(parameters))
        score = parameters @ kernel_values.mT
        if self.alpha == 1:  # the same density, several times faster
            masses = torch.softmax(score + weights.log(), -1)
        else:
            masses = share_of_total(threshold_normalised(score, weights, self.alpha) * weights)
        _warn_unresolved(points, masses)
        return SharedNodes(points, masses, torch.ones_like(masses[..., 0]))


def _require_wide(kernel: Callable, centers: Tensor, spacing: float) -> None:
    """Refuse a kernel that falls by half within less than half of the nodes' spacing."""
    with torch.no_grad():
        places = centers.unsqueeze(0)
        octaves = kernel_octaves(kernel, places, centers, torch.full_like(places, spacing / 2))
    if octaves:
        raise ValueError(
            f"kernel must be wider than the spacing {spacing:.2g} of the nodes, got one that falls "
            f"by half within {spacing * 2.0 ** -(octaves + 1):.1g} of a center; use about "
            f"{2**octaves} times as many n_panels, or `KernelDensity`, which places its own nodes"
        )


def _warn_unresolved(points: Tensor, masses: Tensor) -> None:
    if is_traced(masses):
        return
    largest = masses.detach().amax(-1)
    alone = int((largest > _MOST_OF_IT).sum())
    if alone:
        warnings.warn(
            f"{alone} of {largest.numel()} densities are narrower than the spacing "
            f"{points.diff().max().item():.2g} of the nodes: one node holds most of each. More "
            f"n_panels resolve them",
            UnresolvedDensity,
            stacklevel=4,
        )


def _composite_legendre(domain: tuple[float, float], n_panels: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights of `n_panels` equal panels, in float64."""
    nodes, weights = legendre_rule(_PER_PANEL)
    low, width = domain[0], (domain[1] - domain[0]) / n_panels
    corners = torch.arange(n_panels, dtype=torch.float64).unsqueeze(-1)
    points = low + width * (corners + (1 + nodes) / 2)
    return points.flatten(), (width * weights / 2).repeat(n_panels)
