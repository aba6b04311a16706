"""Score matrices drawn with the eigenvalues that are asked for, and the scores of a matrix."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import require_generator

__all__ = ["bilinear_scores", "score_matrix"]


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
    rotation = torch.linalg.qr(torch.randn(width, width, **options)).Q  # its signs cancel in W
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
    The setting of Bao et al. 2024, arXiv:2402.02098, known to us at second hand.
    """
    exact = tokens.to(torch.promote_types(tokens.dtype, torch.float32))
    return (exact @ matrix.to(exact.dtype) @ exact.mT).to(tokens.dtype)
