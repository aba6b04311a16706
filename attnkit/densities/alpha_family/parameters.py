"""Checks of the parameters that the continuous densities share."""

import torch
from torch import Tensor

from attnkit.validate import (
    is_traced,
    require_finite,
    require_floating,
    require_number,
    require_positive,
    require_shape,
)

__all__ = ["checked_alpha", "checked_scale"]


def checked_alpha(alpha: float | Tensor, *, like: Tensor) -> tuple[Tensor, Tensor]:
    """Alpha as a tensor on the device of `like`, and alpha - 1 in its dtype also.

    A number is kept in float64, and alpha - 1 is taken before it is rounded.

    Raises
    ------
    ValueError, TypeError
        For NaN, infinity, less than 1, and integer tensors.
    """
    if not isinstance(alpha, Tensor):
        require_number("alpha", alpha, low=1.0)
        alpha = torch.tensor(float(alpha), dtype=torch.float64, device=like.device)
    require_floating("alpha", alpha)
    require_finite("alpha", alpha)
    require_positive("alpha", alpha, low=1.0)
    return alpha, (alpha - 1).to(like)


def checked_scale(scale_matrix: Tensor, *, n: int) -> Tensor:
    """The Cholesky factor of a scale matrix, in at least float32.

    Raises
    ------
    ValueError
        For a matrix that is not (..., n, n), finite, symmetric to within rounding and positive
        definite.
    """
    require_floating("scale_matrix", scale_matrix)
    require_shape("scale_matrix", scale_matrix, (n, n))
    require_finite("scale_matrix", scale_matrix)
    wide = scale_matrix.to(torch.promote_types(scale_matrix.dtype, torch.float32))
    tril, failed = torch.linalg.cholesky_ex(wide)
    if not is_traced(scale_matrix):
        _require_symmetric(scale_matrix.detach())
        if bool((failed > 0).any()):
            example = wide.detach()[failed > 0].flatten(0, -3)[0].tolist()
            raise ValueError(f"scale_matrix must be positive definite, got {example}")
    return tril


def _require_symmetric(matrix: Tensor) -> None:
    largest = matrix.abs().amax((-2, -1), keepdim=True)
    apart = (matrix - matrix.mT).abs() > 100 * torch.finfo(matrix.dtype).eps * largest
    if bool(apart.any()):
        example = matrix[apart.any(-1).any(-1)].flatten(0, -3)[0].tolist()
        raise ValueError(f"scale_matrix must be symmetric, got {example}")
