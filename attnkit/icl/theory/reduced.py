"""The loss reduced to one scale and one gain per head, and its gradient flow."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from scipy.integrate import solve_ivp
from torch import Tensor

from attnkit.icl.theory.risks import require_setting

__all__ = ["ReducedLoss", "authors_loss", "corrected_loss", "gradient_flow"]

Heads = Float[Tensor, "*batch heads"]


@dataclass(frozen=True)
class ReducedLoss:
    """Approximate risk of heads with scales omega and gains mu.

    S - 2 a mu.omega + mu' [a omega omega' + (S/L) (a exp(d omega omega') + 1 - a)] mu, with exp
    taken entry by entry and S = 1 + noise variance. `shrink` is a: 1 in the authors' loss, and
    1 - 1/L in the corrected one, which is then exact to second order in the scales.
    """

    d: int
    n_examples: int
    noise_variance: float
    shrink: float

    def __post_init__(self):
        require_setting(self.d, self.n_examples, self.noise_variance)

    @property
    def _label_noise(self) -> float:
        return (1 + self.noise_variance) / self.n_examples

    def _overlap(self, scales: Tensor) -> tuple[Tensor, Tensor]:
        outer = scales.unsqueeze(-1) * scales.unsqueeze(-2)
        return outer, (self.d * outer).exp()

    def form(self, scales: Heads) -> Float[Tensor, "*batch heads heads"]:
        """The matrix of the quadratic form in the gains."""
        outer, grown = self._overlap(scales)
        spread = self.shrink * grown + 1 - self.shrink
        return self.shrink * outer + self._label_noise * spread

    def __call__(self, scales: Heads, gains: Heads) -> Float[Tensor, "*batch"]:
        """Value of the loss."""
        quadratic = torch.einsum("...i,...ij,...j->...", gains, self.form(scales), gains)
        return 1 + self.noise_variance - 2 * self.shrink * (scales * gains).sum(-1) + quadratic

    def gradient(self, scales: Heads, gains: Heads) -> tuple[Heads, Heads]:
        """Gradients with respect to the scales and to the gains."""
        aligned = (scales * gains).sum(-1, keepdim=True)
        _, grown = self._overlap(scales)
        pull = gains * (grown * (gains * scales).unsqueeze(-2)).sum(-1)
        by_scales = 2 * self.shrink * (gains * (aligned - 1) + self.d * self._label_noise * pull)
        read = (self.form(scales) * gains.unsqueeze(-2)).sum(-1)
        return by_scales, 2 * (read - self.shrink * scales)

    def best_gains(self, scales: Heads) -> Heads:
        """Gains of least loss at these scales."""
        return torch.linalg.solve(self.form(scales), self.shrink * scales)


def authors_loss(d: int, n_examples: int, noise_variance: float) -> ReducedLoss:
    """The reduced loss of He, Pan, Chen, Yang (2025), as in their public code.

    Good for the dynamics. As a risk it is too low by about best rate / L, for it leaves out the
    factor 1 - 1/L, and it has no finite minimiser: it falls along scale -> 0, gain -> infinity.
    """
    return ReducedLoss(d, n_examples, noise_variance, 1.0)


def corrected_loss(d: int, n_examples: int, noise_variance: float) -> ReducedLoss:
    """The same loss with the centring accounted for; derived here.

    The softmax weights sum to one, so their fluctuation loses one of L degrees of freedom. To
    second order in the scales it equals `small_scale_risk`.
    """
    return ReducedLoss(d, n_examples, noise_variance, 1 - 1 / n_examples)


def gradient_flow(
    gradient: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]],
    scales: Float[Tensor, " heads"],
    gains: Float[Tensor, " heads"],
    *,
    times: Float[Tensor, " times"],
) -> tuple[Float[Tensor, "times heads"], Float[Tensor, "times heads"]]:
    """Follow d(scales, gains)/dt = -gradient/2 from the state at time 0.

    Parameters
    ----------
    gradient : callable
        Maps (scales, gains) to their gradients, as `ReducedLoss.gradient` does. The half is the
        authors' convention: n steps of plain descent at rate r take the time 2 r n.
    scales, gains : Tensor
        State at time 0.
    times : Tensor
        Rising times at which to report, from 0 or later.

    Returns
    -------
    scales, gains : Tensor
        Both (times, heads), float64; LSODA with relative tolerance 1e-6, for the floor of the
        valley is stiff.
    """
    start = torch.cat([scales, gains]).double().numpy()

    def velocity(_, state: np.ndarray) -> np.ndarray:
        slopes = gradient(*torch.from_numpy(state).chunk(2))
        return -torch.cat(slopes).numpy() / 2

    span = (0.0, float(times[-1]))
    report = times.double().numpy()
    path = solve_ivp(velocity, span, start, method="LSODA", t_eval=report, rtol=1e-6, atol=1e-8)
    if not path.success:
        raise ArithmeticError(f"the flow could not be followed: {path.message}")
    return torch.from_numpy(path.y.T).chunk(2, dim=-1)
