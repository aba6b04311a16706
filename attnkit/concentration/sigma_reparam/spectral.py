"""A matrix scaled to a spectral norm, by its singular values: the plain definition."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced

__all__ = ["Gain", "divided_by_spectral_norm", "exact", "require_direction", "unit"]

Gain = Annotated[float, Range(1e-6, 1e6)]


@checked
@outside_autocast
def divided_by_spectral_norm(
    weight: Annotated[Float[Tensor, "*batch row column"], Finite()], gain: Gain = 1.0
) -> Float[Tensor, "*batch row column"]:
    r"""Scale each matrix so that its spectral norm is the gain.

    .. math:: \hat W = \gamma\, W / \lVert W \rVert_2

    The plain definition, by a singular value decomposition; `SigmaReparam` follows the norm by one
    power step per training step.

    Parameters
    ----------
    weight : Tensor
        Matrices (..., row, column), none of them zero. Half precision is computed in float32.
    gain : float
        The spectral norm wanted, between 10⁻⁶ and 10⁶.

    Returns
    -------
    Tensor shaped like `weight`, of its dtype.

    Raises
    ------
    TypeError
        For a weight that is not floating point.
    ValueError
        For NaN, an infinity, or a matrix of zeros or without entries, which has no direction.

    Notes
    -----
    Zhai et al. 2023, "Stabilizing transformer training by preventing attention entropy collapse",
    after the authors' code.
    """
    full = require_direction(exact(weight))
    norm = torch.linalg.matrix_norm(full, ord=2, keepdim=True)
    return (gain * full / norm).to(weight.dtype)


def exact(weight: Tensor) -> Tensor:
    """In at least float32."""
    return weight.to(torch.promote_types(weight.dtype, torch.float32))


def unit(vector: Tensor) -> Tensor:
    """Scaled to length one."""
    return vector / torch.linalg.vector_norm(vector)


def require_direction(weight: Tensor) -> Tensor:
    """The matrices; ValueError if one is zero or empty and so has no largest singular value."""
    zero = 0 in weight.shape[-2:]
    if not zero and not is_traced(weight):
        zero = not bool((weight.detach() != 0).any((-2, -1)).all())
    if zero:
        raise ValueError(f"weight must hold no matrix of zeros, got {tuple(weight.shape)}")
    return weight
