"""The risk of softmax heads at any scale, as a quadratic form in the gains from a common sample.

Given the scores, everything else averages out exactly. Write x_l = z_l x_q/``|x_q|`` + rest; then
the score is omega ``|x_q|`` z_l, and the mean over weights, noise and rest leaves, for weights p
and p' of two heads, E[y_q p.y] =
``|x_q|`` p.z / d and E[p.y p'.y] = (p.z p'.z + (d - 1) p.p')/d + sigma^2 p.p'.
So only ``|x_q|`` and z are drawn, ``|x_q|`` from strata of equal probability. Derived here.
"""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.icl.evaluation import RiskEstimate
from attnkit.icl.theory.least import least_quadratic
from attnkit.precision import outside_autocast

__all__ = ["HeadMoments", "head_moments"]


PerHead = Annotated[Float[Tensor, " heads"], Range(-1e9, 1e9)]


@checked
@dataclass(frozen=True, eq=False)
class HeadMoments:
    """Risk of heads with fixed scales: S - 2 hit.mu + mu' form mu for every draw.

    The draws are in order of ``|x_q|``, one for each stratum.

    Parameters
    ----------
    hit : Tensor
        E[y_q p_h.y], (draws, heads), two draws or more.
    form : Tensor
        E[p_h.y p_h'.y], (draws, heads, heads).
    noise_variance : float
        Label noise sigma^2; S = 1 + sigma^2. Positive.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers, naming the field.

    References
    ----------
    Derived here: see the module's first lines.
    """

    hit: Annotated[Float[Tensor, "draws heads"], Range(-1e18, 1e18)]
    form: Annotated[Float[Tensor, "draws heads heads"], Like("hit"), Range(-1e18, 1e18)]
    noise_variance: Annotated[float, Range(0, 1e12, open=True)]

    def __post_init__(self):
        if len(self.hit) < 2:
            raise ValueError(f"hit must hold at least two draws, got {len(self.hit)}")

    @outside_autocast
    @checked
    def risk(self, gains: PerHead) -> RiskEstimate:
        """Mean risk at these gains, with its standard error over the draws.

        Parameters
        ----------
        gains : Tensor
            mu_h, (heads,), at most 1e9 in size.

        Raises
        ------
        TypeError, ValueError
            For any other gains.
        """
        return _stratified_mean(self._values(gains))

    @outside_autocast
    @checked
    def excess_risk(self, gains: PerHead, other: "HeadMoments") -> RiskEstimate:
        """Risk minus that of `other` heads at its best gains, on the same draws.

        Parameters
        ----------
        gains : Tensor
            mu_h, (heads,), at most 1e9 in size.
        other : HeadMoments
            From as many draws, with a generator of the same seed.

        Raises
        ------
        TypeError, ValueError
            For any other gains, and another number of draws.
        """
        if len(other.hit) != len(self.hit):
            raise ValueError(f"other must hold {len(self.hit)} draws, got {len(other.hit)}")
        return _stratified_mean(self._values(gains) - other._values(other.best_gains()))

    def _values(self, gains: Tensor) -> Tensor:
        if len(gains) != self.hit.shape[1]:
            raise ValueError(f"gains must have shape {self.hit.shape[1:]}, got {gains.shape}")
        gains = gains.to(self.hit)
        quadratic = torch.einsum("i,nij,j->n", gains, self.form, gains)
        return 1 + self.noise_variance - 2 * self.hit @ gains + quadratic

    def best_gains(self) -> Float[Tensor, " heads"]:
        """Gains of least mean risk, the smallest of them where heads can stand for each other."""
        return least_quadratic(self.form.mean(0), self.hit.mean(0))


@outside_autocast
@checked
def head_moments(
    scales: PerHead,
    d: Annotated[int, Range(1, 10**6)],
    n_examples: Annotated[int, Range(1, 10**7)],
    noise_variance: Annotated[float, Range(0, 1e12, open=True)],
    *,
    n_draws: Annotated[int, Range(2, 10**7)],
    generator: torch.Generator,
) -> HeadMoments:
    """Draw ``|x_q|`` and z, and average all else exactly; each z is paired with -z.

    Use generators with the same seed to compare scales on the same draws.

    Parameters
    ----------
    scales : Tensor
        omega_h of every head, (heads,), at most 1e9 in size.
    d, n_examples : int
        The isotropic task's, at most 1e6 and 1e7.
    noise_variance : float
        Positive, below 1e12.
    n_draws : int
        Number of antithetic pairs, from 2 to 10,000,000; times examples and heads at most 1e9.
    generator : torch.Generator
        Source of chance.

    Returns
    -------
    HeadMoments
        float64, on the generator's device.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, or a seed in place of a generator.

    References
    ----------
    Derived here: see the module's first lines.
    """
    if n_draws * n_examples * max(1, len(scales)) > 10**9:
        raise ValueError(f"n_draws must need at most 1e9 numbers, got {n_draws} x {n_examples}")
    scales = scales.to(generator.device)
    place = {"generator": generator, "device": generator.device, "dtype": torch.float64}
    length = _stratified_lengths(n_draws, d).to(generator.device)[:, None]
    z = torch.randn(n_draws, n_examples, **place)
    halves = [_moments(scales.double(), length, side, d, noise_variance) for side in (z, -z)]
    hit, form = ((one + two) / 2 for one, two in zip(*halves, strict=True))
    return HeadMoments(hit, form, noise_variance)


def _stratified_mean(values: Tensor) -> RiskEstimate:
    """Mean over strata in order; neighbours share a stratum, so they tell the spread within."""
    variance = values.diff().square().mean() / 2
    return RiskEstimate(values.mean(), (variance / len(values)).sqrt())


def _stratified_lengths(n_draws: int, d: int) -> Tensor:
    """``|x_q|`` at the middle of every stratum of equal probability."""
    from scipy.stats import chi  # takes longer to import than all of attnkit

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
