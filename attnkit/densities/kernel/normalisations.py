r"""Three ways to make a density of a score on quadrature nodes, under their own names.

With alpha in [1, 2], excess = alpha - 1, r = 1 / excess, base masses w_j and the gap g_j of score
f_j to the best one, all three have the form

    p_j = R_j / sum_i w_i R_i,        R_j = [1 - excess g_j / scale]_+ ^ r,

with a scale that `threshold_normalised` solves for (scale^r sum w R = 1), `divided` reads off the
score (scale = 1 + excess max f) and `divided_after_maximum` sets to 1. The first maximises expected
score minus Tsallis negentropy. The others maximise it for the score times Z^-excess, where Z is the
sum that they divide by: a temperature that depends on the score (Moreno et al. 2021, lemma 5.3; the
form with a scale derived here). At alpha = 1 they are all exp(f) / sum w exp(f).

Masses are quadrature weights times base density: (node,) or (..., node), none negative. A node
without mass, or with a score of -inf, gets density zero. Where no node has mass, or `divided` finds
no positive power, the density is zero with zero gradient. Half precision is computed in float32.
"""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.finite.autograd import density_of, escort_of
from attnkit.densities.finite.newton import gaps_of
from attnkit.densities.kernel.deformed import log_deformed_exp, normaliser_of
from attnkit.densities.shared.arguments import KernelAlpha, require_alpha

__all__ = [
    "divided",
    "divided_after_maximum",
    "escort",
    "log_normaliser",
    "threshold",
    "threshold_normalised",
]

Score = Annotated[Float[Tensor, "*batch node"], Finite(minus_inf=True)]
Masses = Annotated[Float[Tensor, "*#batch node"], Range(0.0)]


@checked
def threshold_normalised(
    score: Score,
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> Float[Tensor, "*batch node"]:
    r"""Density that maximises expected score minus Tsallis negentropy, on nodes with base masses.

    .. math:: p_j = [(\alpha - 1)(f_j - \tau)]_+^{1/(\alpha - 1)}, \qquad \sum_j w_j p_j = 1

    With unit masses it is `attnkit.entmax`. Unchanged when a constant is added to the score;
    differentiable twice and more in score, masses and alpha, alpha = 1 included. Moreno et al.
    2021; on nodes derived here.

    Parameters
    ----------
    score : Tensor
        Value f at the nodes, (..., node).
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float or Tensor
        Number in [1, 2], or a tensor that broadcasts to `score` with one node.

    Returns
    -------
    Values of the density with respect to the base measure, (..., node).

    Raises
    ------
    TypeError
        For score or masses that are not floating point.
    ValueError
        For NaN or +inf in the score, masses that are negative or not finite, or alpha outside [1,
        2].
    """
    score, masses, alpha, dtype = _prepare(score, masses, alpha)
    return density_of(score, alpha, masses).to(dtype)


@checked
def threshold(
    score: Score,
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> Float[Tensor, "*batch"]:
    """The tau of `threshold_normalised`: scores up to it get no mass.

    At alpha = 1, where every score gets some, it is the log-normaliser A = log sum w exp(f), the
    limit of tau + 1 / (alpha - 1). Infinite where no node has mass. Differentiable twice and more.
    Derived here.

    Parameters
    ----------
    score : Tensor
        Value f at the nodes, (..., node).
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float or Tensor
        Number in [1, 2], or a tensor that broadcasts to `score` with one node.

    Returns
    -------
    The threshold of each row, (...).

    Raises
    ------
    TypeError
        For score or masses that are not floating point.
    ValueError
        For NaN or +inf in the score, masses that are negative or not finite, or alpha outside [1,
        2].
    """
    normaliser = log_normaliser(score, masses, alpha)
    if not isinstance(alpha, Tensor):
        return normaliser if alpha == 1 else normaliser - 1 / (alpha - 1)
    excess = require_alpha(alpha, score, score.ndim - 1).squeeze(-1).to(normaliser) - 1
    at_one = excess == 0
    return normaliser - (1 / excess.masked_fill(at_one, 1.0)).masked_fill(at_one, 0.0)


@checked
def log_normaliser(
    score: Score,
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> Float[Tensor, "*batch"]:
    """The A in p = exp_(2 - alpha)(f - A) of `threshold_normalised`: smooth in alpha down to 1.

    The deformed exponential is [1 + (alpha - 1) x]_+ ^ (1 / (alpha - 1)), and A is the threshold
    plus 1 / (alpha - 1). Otherwise as `threshold`.
    """
    score, masses, alpha, dtype = _prepare(score, masses, alpha)
    density = density_of(score, alpha, masses)
    return normaliser_of(score, masses, density, alpha).squeeze(-1).to(dtype)


@checked
def divided(
    score: Score,
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> Float[Tensor, "*batch node"]:
    r"""Deformed exponential of the score, divided by its integral Z.

    .. math:: p_j = \frac{1}{Z} [1 + (\alpha - 1) f_j]_+^{1/(\alpha - 1)}

    It equals `threshold_normalised` of the score times Z^(1 - alpha), not of the score: adding a
    constant to the score changes it, and where (alpha - 1) f <= -1 everywhere it is zero. Moreno et
    al. 2021, lemma 5.3.

    Parameters
    ----------
    score : Tensor
        Value f at the nodes, (..., node).
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float or Tensor
        Number in [1, 2], or a tensor that broadcasts to `score` with one node.

    Returns
    -------
    Values of the density with respect to the base measure, (..., node).

    Raises
    ------
    TypeError
        For score or masses that are not floating point.
    ValueError
        For NaN or +inf in the score, masses that are negative or not finite, or alpha outside [1,
        2].
    """
    score, masses, alpha, dtype = _prepare(score, masses, alpha)
    gaps, best = gaps_of(score, masses)
    reached = best > torch.finfo(score.dtype).min
    scale = 1 + (alpha - 1) * best.where(reached, 0.0)
    return _normalised(gaps, masses, scale.where(reached, 0.0), alpha).to(dtype)


@checked
def divided_after_maximum(
    score: Score,
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> Float[Tensor, "*batch node"]:
    r"""`divided`, after subtracting the largest score among the nodes with mass.

    .. math:: p_j = \frac{1}{Z} [1 + (\alpha - 1)(f_j - \max f)]_+^{1/(\alpha - 1)}

    Never without mass and unchanged when a constant is added, but only scores less than
    1 / (alpha - 1) below the best are ever in the support, whatever the amplitude. Moreno et al.
    2021, appendix E.1.

    Parameters
    ----------
    score : Tensor
        Value f at the nodes, (..., node).
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float or Tensor
        Number in [1, 2], or a tensor that broadcasts to `score` with one node.

    Returns
    -------
    Values of the density with respect to the base measure, (..., node).

    Raises
    ------
    TypeError
        For score or masses that are not floating point.
    ValueError
        For NaN or +inf in the score, masses that are negative or not finite, or alpha outside [1,
        2].
    """
    score, masses, alpha, dtype = _prepare(score, masses, alpha)
    gaps, best = gaps_of(score, masses)
    return _normalised(gaps, masses, torch.ones_like(best), alpha).to(dtype)


@checked
def escort(
    density: Annotated[Float[Tensor, "*batch node"], Range(0.0)],
    masses: Masses,
    alpha: KernelAlpha = 2.0,
) -> tuple[Float[Tensor, "*batch node"], Float[Tensor, "*batch"]]:
    """Escort density ``p^(2 - alpha) / |e|`` on the support of p, and its total ``|e|``.

    If the score moves by df, `threshold_normalised` moves by ``|e| escort (df - escort mean)``,
    so every expectation moves by ``|e| Cov_escort(df, function)``. The escort of a zero density is
    zero. Martins et al. 2020.

    Parameters
    ----------
    density : Tensor
        Values p at the nodes, (..., node), none negative.
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float or Tensor
        Number in [1, 2], or a tensor that broadcasts to `density` with one node.

    Returns
    -------
    The escort density, (..., node), and its total, (...).

    Raises
    ------
    TypeError
        For density or masses that are not floating point.
    ValueError
        For a density or masses that are negative or not finite, or alpha outside [1, 2].
    """
    density, masses, alpha, dtype = _prepare(density, masses, alpha)
    raw = escort_of(density, alpha).where(masses > 0, 0.0)
    total = (masses * raw).sum(-1, keepdim=True)
    return (raw / total.where(total > 0, 1.0)).to(dtype), total.squeeze(-1).to(dtype)


def _prepare(
    score: Tensor, masses: Tensor, alpha: float | Tensor
) -> tuple[Tensor, Tensor, float | Tensor, torch.dtype]:
    """In at least float32, the masses spread over the batch; the dtype to hand back."""
    if score.shape[-1] == 0:
        raise ValueError(f"masses must hold at least one node, got {tuple(masses.shape)}")
    dtype = torch.promote_types(score.dtype, torch.float32)
    alpha = require_alpha(alpha, score, score.ndim - 1)
    if isinstance(alpha, Tensor):
        alpha = alpha.to(dtype).expand(*score.shape[:-1], 1)
    return score.to(dtype), masses.to(dtype).expand(score.shape), alpha, score.dtype


def _normalised(gaps: Tensor, masses: Tensor, scale: Tensor, alpha: float | Tensor) -> Tensor:
    """R / sum w R; zero where s <= 0."""
    safe = scale.where(scale > 0, 1.0)
    held = gaps.isfinite() & (scale > 0)
    distance = gaps.where(held, 0.0) / safe
    powers = log_deformed_exp(-distance, alpha).exp().where(held, 0.0)
    total = (masses * powers).sum(-1, keepdim=True)
    return powers / total.where(total > 0, 1.0)
