"""What the eigenvalues of a score matrix amount to, found without finding them."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.precision import outside_autocast

__all__ = ["Spectrum", "spectrum"]

Matrix = Annotated[Float[Tensor, "*batch feature feature"], Finite()]


class Spectrum(NamedTuple):
    r"""What the eigenvalues of a score matrix of width d amount to.

    Parameters
    ----------
    trace : Tensor
        (\*batch), their sum: d times their mean.
    spread : Tensor
        (\*batch), their standard deviation over all d of them.
    scale : Tensor
        (\*batch), the root of the sum of their squares: how large scores are between strangers.
    concentration : Tensor
        (\*batch), trace / (√d scale), from -1 to 1: one where all of them are equal and positive.
        A matrix of rank r reaches √(r/d) at most. NaN for a matrix of zeros.
    """

    trace: Tensor
    spread: Tensor
    scale: Tensor
    concentration: Tensor


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
