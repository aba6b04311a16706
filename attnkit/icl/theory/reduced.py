"""The loss reduced to one scale and one gain per head, and its gradient flow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.icl.theory.least import least_quadratic
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced

__all__ = ["ReducedLoss", "authors_loss", "corrected_loss", "gradient_flow"]

Batch = Float[Tensor, "*batch heads"]
Scales = Annotated[Batch, Range(-1e9, 1e9)]
Gains = Annotated[Batch, Like("scales"), Range(-1e9, 1e9)]
Size = Annotated[int, Range(1, 10**9)]
Noise = Annotated[float, Range(0, 1e12, open=True)]


@checked
@dataclass(frozen=True)
class ReducedLoss:
    """Approximate risk of heads with scales omega and gains mu.

    S - 2 a mu.omega + mu' [a omega omega' + (S/L) (a exp(d omega omega') + 1 - a)] mu, with exp
    taken entry by entry and S = 1 + noise variance. `shrink` is a: 1 in the authors' loss, and
    1 - 1/L in the corrected one, which is then exact to second order in the scales.

    Parameters
    ----------
    d, n_examples : int
        From 1 to 1,000,000,000.
    noise_variance : float
        Positive, below 1e12.
    shrink : float
        From 0 to 1.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges; by its methods for scales and gains of different shapes,
        and for scales whose exp(d omega omega') overflows.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734. The corrected form is derived here.
    """

    d: Size
    n_examples: Size
    noise_variance: Noise
    shrink: Annotated[float, Range(0, 1)]

    @property
    def _label_noise(self) -> float:
        return (1 + self.noise_variance) / self.n_examples

    def _overlap(self, scales: Tensor) -> tuple[Tensor, Tensor]:
        outer = scales.unsqueeze(-1) * scales.unsqueeze(-2)
        grown = (self.d * outer).exp()
        if not is_traced(grown) and not bool(grown.detach().isfinite().all()):
            most = scales.detach().abs().max().item()
            raise ValueError(f"scales must keep exp(d omega omega') finite, got up to {most:g}")
        return outer, grown

    @checked
    def form(self, scales: Scales) -> Float[Tensor, "*batch heads heads"]:
        r"""The matrix (\*batch, heads, heads) of the quadratic form in the gains."""
        return self._form(*self._overlap(scales))

    def _form(self, outer: Tensor, grown: Tensor) -> Tensor:
        spread = self.shrink * grown + 1 - self.shrink
        return self.shrink * outer + self._label_noise * spread

    @outside_autocast
    @checked
    def __call__(self, scales: Scales, gains: Gains) -> Float[Tensor, "*batch"]:
        r"""Value of the loss, (\*batch), for scales and gains (\*batch, heads)."""
        quadratic = torch.einsum("...i,...ij,...j->...", gains, self.form(scales), gains)
        return 1 + self.noise_variance - 2 * self.shrink * (scales * gains).sum(-1) + quadratic

    @outside_autocast
    @checked
    def gradient(self, scales: Scales, gains: Gains) -> tuple[Batch, Batch]:
        """Gradients with respect to the scales and to the gains, in their shapes."""
        aligned = (scales * gains).sum(-1, keepdim=True)
        outer, grown = self._overlap(scales)
        pull = gains * (grown * (gains * scales).unsqueeze(-2)).sum(-1)
        by_scales = 2 * self.shrink * (gains * (aligned - 1) + self.d * self._label_noise * pull)
        read = (self._form(outer, grown) * gains.unsqueeze(-2)).sum(-1)
        return by_scales, 2 * (read - self.shrink * scales)

    @outside_autocast
    @checked
    def best_gains(self, scales: Scales) -> Batch:
        """Gains of least loss at these scales, the smallest if heads can stand for each other."""
        return least_quadratic(self.form(scales), self.shrink * scales)


@checked
def authors_loss(d: Size, n_examples: Size, noise_variance: Noise) -> ReducedLoss:
    """The reduced loss of He, Pan, Chen, Yang (2025), as in their public code.

    Good for the dynamics. As a risk it is too low by about best rate / L, for it leaves out the
    factor 1 - 1/L, and it has no finite minimiser: it falls along scale -> 0, gain -> infinity.
    Parameters and errors are those of `ReducedLoss`.
    """
    return ReducedLoss(d, n_examples, noise_variance, 1.0)


@checked
def corrected_loss(d: Size, n_examples: Size, noise_variance: Noise) -> ReducedLoss:
    """The same loss with the centring accounted for; derived here.

    The softmax weights sum to one, so their fluctuation loses one of L degrees of freedom. To
    second order in the scales it equals `small_scale_risk`. Parameters and errors are those of
    `ReducedLoss`.
    """
    return ReducedLoss(d, n_examples, noise_variance, 1 - 1 / n_examples)


@outside_autocast
@checked
def gradient_flow(
    gradient: Callable,
    scales: Annotated[Float[Tensor, " heads"], Range(-1e9, 1e9)],
    gains: Annotated[Float[Tensor, " heads"], Like("scales"), Range(-1e9, 1e9)],
    *,
    times: Annotated[Float[Tensor, " times"], Range(0, 1e6)],
) -> tuple[Float[Tensor, "times heads"], Float[Tensor, "times heads"]]:
    """Follow d(scales, gains)/dt = -gradient/2 from the state at time 0.

    Parameters
    ----------
    gradient : callable
        Maps (scales, gains) to their gradients, as `ReducedLoss.gradient` does. The half is the
        authors' convention: n steps of plain descent at rate r take the time 2 r n.
    scales, gains : Tensor
        State at time 0, (heads,), at most 1e9 in size.
    times : Tensor
        Rising times at which to report, (times,), at least one, from 0 to 1e6.

    Returns
    -------
    scales, gains : Tensor
        Both (times, heads), float64; LSODA with relative tolerance 1e-6, for the floor of the
        valley is stiff.

    Raises
    ------
    TypeError, ValueError
        For other shapes and numbers, times that do not rise, a gradient of another kind.
    ArithmeticError
        If the flow blows up, or needs more than 100,000 slopes.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734. Their half; LSODA is Petzold (1983).
    """
    from scipy.integrate import solve_ivp  # takes longer to import than all of attnkit

    if not len(times) or bool((times.diff() <= 0).any()):
        raise ValueError(f"times must rise and hold at least one, got {times.tolist()[:6]}")
    start = torch.cat([scales, gains]).detach().cpu().double()
    if times[-1] == 0:
        return start[None].chunk(2, dim=-1)
    velocity = _Velocity(gradient, len(scales))
    report = times.detach().cpu().double().numpy()
    path = solve_ivp(
        velocity, (0.0, report[-1]), start.numpy(), "LSODA", report, rtol=1e-6, atol=1e-8
    )
    if not path.success:
        raise ArithmeticError(f"the flow could not be followed: {path.message}")
    return torch.from_numpy(path.y.T.copy()).chunk(2, dim=-1)


class _Velocity:
    """Minus half the gradient, as the solver wants it; counts how often it is asked."""

    def __init__(self, gradient: Callable, n_heads: int):
        self.gradient, self.n_heads, self.asked = gradient, n_heads, 0

    def __call__(self, time: float, state: np.ndarray) -> np.ndarray:
        self.asked += 1
        if self.asked > 100_000 or not np.isfinite(state).all():
            raise ArithmeticError(f"the flow could not be followed beyond time {time:g}")
        slopes = self.gradient(*torch.from_numpy(state).chunk(2))
        wanted = (self.n_heads,)
        if not isinstance(slopes, tuple | list) or [tuple(s.shape) for s in slopes] != [wanted] * 2:
            raise ValueError(f"gradient must return two tensors of shape {wanted}")
        return -torch.cat([slope.detach().double() for slope in slopes]).numpy() / 2
