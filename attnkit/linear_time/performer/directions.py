"""Random directions: independent ones, or blocks of orthogonal ones of the same lengths."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.validate import require_generator

__all__ = ["independent_directions", "orthogonal_directions"]

Count = Annotated[int, Range(1, 2**20)]
Width = Annotated[int, Range(1, 2**12)]


@checked
def independent_directions(
    n_directions: Count, d_key: Width, *, generator: torch.Generator
) -> Float[Tensor, "direction key"]:
    r"""Return normal directions, each drawn by itself.

    .. math:: \omega_a \sim \mathcal{N}(0, I_d)

    Parameters
    ----------
    n_directions, d_key : int
        How many, and d.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    Tensor
        (n_directions, d_key), in double precision.

    Raises
    ------
    ValueError, TypeError
        A number out of range or no integer, no generator.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794.
    """
    require_generator("generator", generator)
    return torch.randn(n_directions, d_key, generator=generator, dtype=torch.float64)


@checked
def orthogonal_directions(
    n_directions: Count, d_key: Width, *, generator: torch.Generator
) -> Float[Tensor, "direction key"]:
    r"""Return normal directions, d at a time orthogonal to each other.

    .. math:: \omega_a \sim \mathcal{N}(0, I_d), \qquad \omega_a \cdot \omega_b = 0

    for a and b of one block. Each is normal by itself, as its length is drawn apart from its
    direction, so that what is estimated stays unbiased; within a block they do not repeat
    each other.

    Parameters
    ----------
    n_directions, d_key : int
        How many, and d; the last block may be short.
    generator : torch.Generator
        The source of chance.

    Returns
    -------
    Tensor
        (n_directions, d_key), in double precision.

    Raises
    ------
    ValueError, TypeError
        A number out of range or no integer, no generator.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794.
    """
    require_generator("generator", generator)
    n_blocks = -(-n_directions // d_key)
    drawn = torch.randn(2, n_blocks, d_key, d_key, generator=generator, dtype=torch.float64)
    turned, upper = torch.linalg.qr(drawn[0])
    # Signs that make the rotation uniform: qr alone prefers some.
    turned = turned * upper.diagonal(dim1=-2, dim2=-1).sign()[..., None, :]
    lengths = drawn[1].norm(dim=-1, keepdim=True)
    return (lengths * turned.mT).flatten(0, 1)[:n_directions]
