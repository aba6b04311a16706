"""The risk of softmax heads at any scale, as a quadratic form in the gains from a common sample.

Given the scores, everything else averages out exactly. Write x_l = z_l x_q/``|x_q|`` + rest; then
the score is omega ``|x_q|`` z_l, and the mean over weights, noise and rest leaves, for weights p
and p' of two heads, E[y_q p.y] =
``|x_q|`` p.z / d and E[p.y p'.y] = (p.z p'.z + (d - 1) p.p')/d + s p.p'.
So only ``|x_q|`` and z are drawn, ``|x_q|`` from strata of equal probability. Derived here.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from scipy.stats import chi
from torch import Tensor

from attnkit.icl.counts import require_count
from attnkit.icl.evaluation import Estimate
from attnkit.icl.theory.risks import require_setting

__all__ = ["HeadMoments", "head_moments"]


@dataclass(frozen=True, eq=False)
class HeadMoments:
    """Risk of heads with fixed scales: S - 2 hit.mu + mu' form mu for every draw.

    The draws are in order of ``|x_q|``, one for each stratum.

    Parameters
    ----------
    hit : Tensor
        E[y_q p_h.y], (draws, heads).
    form : Tensor
        E[p_h.y p_h'.y], (draws, heads, heads).
    noise_variance : float
        Label noise s; S = 1 + s.
    """

    hit: Float[Tensor, "draws heads"]
    form: Float[Tensor, "draws heads heads"]
    noise_variance: float

    def risk(self, gains: Float[Tensor, " heads"]) -> Estimate:
        """Mean risk at these gains, with its standard error over the draws."""
        return _stratified_mean(self._values(gains))

    def excess_risk(self, gains: Float[Tensor, " heads"], other: "HeadMoments") -> Estimate:
        """Risk minus that of `other` heads at its best gains, on the same draws."""
        return _stratified_mean(self._values(gains) - other._values(other.best_gains()))

    def _values(self, gains: Tensor) -> Tensor:
        quadratic = torch.einsum("i,nij,j->n", gains, self.form, gains)
        return 1 + self.noise_variance - 2 * self.hit @ gains + quadratic

    def best_gains(self) -> Float[Tensor, " heads"]:
        """Gains of least mean risk."""
        return torch.linalg.solve(self.form.mean(0), self.hit.mean(0))


def head_moments(
    scales: Float[Tensor, " heads"],
    d: int,
    n_examples: int,
    noise_variance: float,
    *,
    n_draws: int,
    generator: torch.Generator,
) -> HeadMoments:
    """Draw ``|x_q|`` and z, and average all else exactly; each z is paired with -z.

    Use generators with the same seed to compare scales on the same draws.

    Parameters
    ----------
    scales : Tensor
        omega_h of every head.
    d, n_examples, noise_variance
        The isotropic task.
    n_draws : int
        Number of antithetic pairs.
    generator : torch.Generator
        Source of chance.
    """
    require_setting(d, n_examples, noise_variance)
    require_count("n_draws", n_draws, low=2)
    place = {"generator": generator, "device": generator.device, "dtype": torch.float64}
    length = _stratified_lengths(n_draws, d).to(generator.device)[:, None]
    z = torch.randn(n_draws, n_examples, **place)
    halves = [_moments(scales.double(), length, side, d, noise_variance) for side in (z, -z)]
    hit, form = ((one + two) / 2 for one, two in zip(*halves, strict=True))
    return HeadMoments(hit, form, noise_variance)


def _stratified_mean(values: Tensor) -> Estimate:
    """Mean over strata in order; neighbours share a stratum, so they tell the spread within."""
    variance = values.diff().square().mean() / 2
    return Estimate(values.mean(), (variance / len(values)).sqrt())


def _stratified_lengths(n_draws: int, d: int) -> Tensor:
    """``|x_q|`` at the middle of every stratum of equal probability."""
    middles = (torch.arange(n_draws, dtype=torch.float64) + 0.5) / n_draws
    return torch.from_numpy(chi.ppf(middles.numpy(), d))


def _moments(
    scales: Tensor, length: Tensor, z: Tensor, d: int, noise_variance: float
) -> tuple[Tensor, Tensor]:
    weights = (scales[:, None] * (length * z)[:, None, :]).softmax(-1)
    along = (weights * z[:, None, :]).sum(-1)
    overlap = weights @ weights.mT
    form = along.unsqueeze(-1) * along.unsqueeze(-2) / d
    return length * along / d, form + ((d - 1) / d + noise_variance) * overlap
