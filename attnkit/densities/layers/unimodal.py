"""One bump per head, and mixtures of bumps."""

from collections.abc import Callable
from typing import Annotated

from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.layers.bumps import bump_rule, truncated_bumps
from attnkit.densities.layers.measures import MovingNodes, share_of_total
from attnkit.densities.layers.parameters import bounded, score_variance
from attnkit.densities.shared.arguments import Domain, WholeNumber, require_domain
from attnkit.precision import outside_autocast
from attnkit.validate import require_shape

__all__ = ["Mixture", "Unimodal"]

Parameters = Annotated[Float[Tensor, "*batch head parameter"], Finite()]
RawOfHeads = Annotated[Float[Tensor, "*batch head 2"], Finite()]
Location = Callable[[Tensor, tuple[float, float]], Tensor]


@checked
class Unimodal(nn.Module):
    """One bump of the alpha family per head, renormalised on the domain.

    p(t) ~ [1 - (alpha - 1) (t - location)^2 / (2 s^2)]_+ ^ (1 / (alpha - 1)): a Gaussian at
    alpha = 1, a truncated parabola at alpha = 2. The two parameters of a head become a location,
    by default inside the domain, and a score variance with a floor.

    Parameters
    ----------
    alpha : float
        At least 1.
    domain : tuple
        (low, high) Where values are known.
    location : callable
        `location(raw, domain)`; `bounded` or `unbounded`, or one's own.
    least_width : float
        Least standard deviation of the bump on the whole line, in units of t.
    n_nodes : int
        Gauss-Legendre nodes per bump.

    Raises
    ------
    ValueError
        For alpha < 1, an empty domain, a width that is not positive or no node.

    References
    ----------
    Martins et al. 2020 (2006.07214), without the domain.
    """

    n_parameters = 2

    def __init__(
        self,
        *,
        alpha: Annotated[float, Range(1.0, 1e6)] = 2.0,
        domain: Domain = (0.0, 1.0),
        location: Location = bounded,
        least_width: Annotated[float, Range(0.0, open=True)] = 0.01,
        n_nodes: Annotated[int, Range(1, 512)] = 64,
    ):
        super().__init__()
        domain = require_domain("domain", domain, bounded=True)
        self.alpha, self.domain, self.location = float(alpha), domain, location
        self.least_width = least_width
        nodes, weights, self._constant = bump_rule(self.alpha, n_nodes)
        self.register_buffer("nodes", nodes, persistent=False)
        self.register_buffer("weights", weights, persistent=False)

    @checked
    @outside_autocast
    def masses(self, raw: Annotated[Float[Tensor, "*batch 2"], Finite()]) -> tuple[Tensor, Tensor]:
        """Points inside the domain and their mass before renormalising, (..., node) both."""
        place = self.location(raw[..., 0], self.domain)
        variance = score_variance(raw[..., 1], self.alpha, self.least_width)
        rule = self.nodes, self.weights, self._constant
        return truncated_bumps(place, variance, self.alpha, self.domain, rule)

    @checked
    @outside_autocast
    def forward(self, parameters: RawOfHeads) -> MovingNodes:
        """The density of each head as points and masses; all masses zero if none is inside."""
        points, masses = self.masses(parameters)
        return MovingNodes(points, share_of_total(masses), masses.sum(-1))


class Mixture(nn.Module):
    """A mixture of bumps per head, renormalised on the domain as a whole.

    p(t) = sum_k w_k p_k(t), w the softmax of `n_components` numbers; the other numbers are each
    component's two. Sparse components (alpha > 1) give a density with holes.

    Parameters
    ----------
    component : Unimodal
        What the components are.
    n_components : int
        At least 1.

    References
    ----------
    Farinhas et al. 2021 (2104.03046), with Gaussian components.
    """

    @checked
    def __init__(self, component: Unimodal, *, n_components: WholeNumber):
        super().__init__()
        self.component, self.n_components = component, n_components
        self.n_parameters = 3 * n_components

    @checked
    @outside_autocast
    def forward(self, parameters: Parameters) -> MovingNodes:
        """The density of each head as points and masses; all masses zero if none is inside.

        Parameters are (..., head, n_parameters).

        Raises
        ------
        TypeError
            For parameters that are not floating point.
        ValueError
            For NaN, or another number of parameters than `n_parameters`.
        """
        require_shape("parameters", parameters, (self.n_parameters,))
        weights = parameters[..., : self.n_components].softmax(-1)
        raw = parameters[..., self.n_components :].unflatten(-1, (self.n_components, 2))
        points, masses = self.component.masses(raw)
        masses = (weights.unsqueeze(-1) * masses).flatten(-2)
        return MovingNodes(points.flatten(-2), share_of_total(masses), masses.sum(-1))
