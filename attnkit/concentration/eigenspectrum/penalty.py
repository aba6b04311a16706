"""A loss that draws the eigenvalues of a head's score matrix towards one number."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.concentration.eigenspectrum.spectrum import spectrum

__all__ = ["scale_penalty"]


@checked
def scale_penalty(
    matrix: Annotated[Float[Tensor, "*batch feature feature"], Finite()],
    mean: Annotated[float, Range(-1e6, 1e6)],
) -> Float[Tensor, "*batch"]:
    r"""Mean squared distance of the eigenvalues from a mean that is held fixed.

    .. math:: \frac1d \operatorname{tr}(S - mI)^2 = v^2 + \left(\frac td - m\right)^2,
        \qquad S = \tfrac12 (W + W^\top)

    It has no gradient in the antisymmetric part. A matrix of rank r < d cannot reach zero unless
    m does: the least it can have is :math:`m^2 (1 - r/d)`.

    Parameters
    ----------
    matrix : Tensor
        (..., feature, feature), W. Half precision is computed and returned in float32.
    mean : float
        m, where the eigenvalues should lie; m d is the trace that is held.

    Returns
    -------
    Tensor (...), not negative.

    Raises
    ------
    TypeError, ValueError
        For a matrix that is not square, not floating point or not finite, and a mean out of range.

    Notes
    -----
    Our reading of LocAteR, the regulariser of Bao et al. 2024, of which we know at second hand that
    it shrinks the scale tr W² while the mean of the eigenvalues is kept.
    """
    exact = matrix.to(torch.promote_types(matrix.dtype, torch.float32))
    identity = torch.eye(exact.shape[-1], dtype=exact.dtype, device=exact.device)
    return spectrum(exact - mean * identity).scale.square() / max(exact.shape[-1], 1)
