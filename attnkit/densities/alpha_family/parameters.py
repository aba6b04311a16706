"""What the continuous densities make of their parameters."""

import torch
from torch import Tensor

from attnkit.precision import widest
from attnkit.validate import is_traced

__all__ = ["excess_of", "factor_of"]


def excess_of(alpha: float | Tensor, *, like: Tensor) -> tuple[Tensor, Tensor]:
    """Alpha as a tensor on the device of `like`, and alpha - 1 in its dtype also.

    A number is kept in the widest dtype, and alpha - 1 is taken before it is rounded.
    """
    if not isinstance(alpha, Tensor):
        alpha = torch.tensor(float(alpha), dtype=widest(like.device), device=like.device)
    return alpha, (alpha - 1).to(like)


def factor_of(scale_matrix: Tensor, dtype: torch.dtype) -> Tensor:
    """The Cholesky factor of a scale matrix in the dtype.

    Raises
    ------
    ValueError
        For a matrix that is not symmetric to within rounding and positive definite.
    """
    wide = scale_matrix.to(dtype)
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
