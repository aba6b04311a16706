r"""Score matrices W of z = x W y, drawn with a given spectrum, and the spectrum of a given one."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import require_generator

__all__ = ["Spectrum", "bilinear_scores", "score_matrix", "spectrum"]

Matrix = Annotated[Float[Tensor, "*batch feature feature"], Finite()]


class Spectrum(NamedTuple):
    """What the eigenvalues of a score matrix of width d amount to.

    Parameters
    ----------
    trace : Tensor
        (*batch), their sum: d times their mean.
    spread : Tensor
        (*batch), their standard deviation over all d of them.
    scale : Tensor
        (*batch), the root of the sum of their squares: how large scores are between strangers.
    concentration : Tensor
        (*batch), trace / (√d scale), from -1 to 1: one where all of them are equal and positive.
        A matrix of rank r reaches √(r/d) at most. NaN for a matrix of zeros.
    """

    trace: Tensor
    spread: Tensor
    scale: Tensor
    concentration: Tensor


@checked
def score_matrix(
    width: Annotated[int, Range(2, 4096)],
    trace: Annotated[float, Range()],
    spread: Annotated[float, Range(0.0, 1e6)],
    *,
    generator: torch.Generator,
) -> Float[Tensor, "feature feature"]:
    r"""Draw a symmetric matrix whose eigenvalues have exactly this sum and standard deviation.

    .. math:: W = Q \operatorname{diag}(\lambda) Q^\top, \qquad
        \lambda_i = \frac{t}{d} + v \hat g_i

    Q is a uniformly random rotation (or reflection), and the g are normal draws, centred and scaled
    to a standard deviation of one. A generator of the same seed gives the same Q and g at every
    trace and spread, so that a matrix can be followed as either moves.

    Parameters
    ----------
    width : int
        d, the number of features of a token, from 2.
    trace : float
        t, the sum of the eigenvalues.
    spread : float
        v, their standard deviation (the root of their mean squared distance from their mean).
    generator : torch.Generator
        Where chance comes from; the matrix is on its device.

    Returns
    -------
    Tensor (feature, feature), float64.

    Raises
    ------
    TypeError, ValueError
        For a generator that is none, a width out of range, numbers that are not finite, a negative
        spread.

    Notes
    -----
    The ensemble is defined here, for the statements of Bao et al. 2024, "Self-attention networks
    localize when QK-eigenspectrum concentrates".
    """
    require_generator("generator", generator)
    options = {"generator": generator, "dtype": torch.float64, "device": generator.device}
    rotation, upper = torch.linalg.qr(torch.randn(width, width, **options))
    rotation = rotation * upper.diagonal().sign()  # else QR's own choice of signs is not uniform
    draws = torch.randn(width, **options)
    standard = (draws - draws.mean()) / draws.std(correction=0)
    return (rotation * (trace / width + spread * standard)) @ rotation.mT


@checked
@outside_autocast
def bilinear_scores(
    tokens: Annotated[Float[Tensor, "*batch token feature"], Finite()],
    matrix: Annotated[Float[Tensor, "feature feature"], Finite(), Like("tokens")],
) -> Float[Tensor, "*batch token token"]:
    r"""Score every token against every token: no division by the root of the width.

    .. math:: z_{ij} = x_i^\top W x_j

    Parameters
    ----------
    tokens : Tensor
        (..., token, feature), the rows x. Half precision is computed in float32.
    matrix : Tensor
        (feature, feature), W; of a head it is the product of its query and key projections.

    Returns
    -------
    Tensor (..., query, key) of the tokens' dtype.

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating point, not finite, or do not fit together.

    Notes
    -----
    Bao et al. 2024, arXiv:2402.02098, who write the scores in this way.
    """
    exact = tokens.to(torch.promote_types(tokens.dtype, torch.float32))
    return (exact @ matrix.to(exact.dtype) @ exact.mT).to(tokens.dtype)


@checked
@outside_autocast
def spectrum(
    matrix: Matrix,
    covariance: Annotated[Float[Tensor, "*batch feature feature"], Finite(), Like("matrix")]
    | None = None,
) -> Spectrum:
    r"""Sum, spread and scale of the eigenvalues of a matrix's symmetric part, without finding them.

    .. math:: S = \tfrac12 (W + W^\top), \qquad t = \operatorname{tr} SC, \qquad
        v^2 = \tfrac1d \operatorname{tr}\!\left(SC - \tfrac td I\right)^2

    Only the symmetric part counts in a token's score with itself. Tokens of covariance C see the
    eigenvalues of :math:`C^{1/2} S C^{1/2}`, which are those of :math:`SC`.

    Parameters
    ----------
    matrix : Tensor
        (..., feature, feature), W. Half precision is computed and returned in float32.
    covariance : Tensor or None
        (..., feature, feature), symmetric, without negative eigenvalues; by default the identity.

    Returns
    -------
    Spectrum of four tensors (...).

    Raises
    ------
    TypeError, ValueError
        For a matrix that is not square, not floating point or not finite, and a covariance of
        another shape or dtype.

    Notes
    -----
    Derived here. Bao et al. 2024 assume a symmetric W and independent tokens.
    """
    exact = matrix.to(torch.promote_types(matrix.dtype, torch.float32))
    seen = (exact + exact.mT) / 2
    if covariance is not None:
        seen = seen @ covariance.to(exact.dtype)
    width = max(seen.shape[-1], 1)
    trace = seen.diagonal(dim1=-2, dim2=-1).sum(-1)
    identity = torch.eye(seen.shape[-1], dtype=seen.dtype, device=seen.device)
    scale = _root_of_trace_of_square(seen)
    spread = _root_of_trace_of_square(seen - trace[..., None, None] / width * identity)
    concentration = trace / (math.sqrt(width) * scale.where(scale > 0, math.nan))
    return Spectrum(trace, spread / math.sqrt(width), scale, concentration)


def _root_of_trace_of_square(matrix: Tensor) -> Tensor:
    """Root of tr M², with gradient zero where it is zero."""
    total = (matrix * matrix.mT).sum((-2, -1))
    positive = total > 0
    return total.where(positive, 1.0).sqrt().where(positive, 0.0)
