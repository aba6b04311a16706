"""How far tokens are from being one token, and a matrix from having one direction."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["rank_residual", "stable_rank"]


@checked
def rank_residual(
    states: Annotated[Float[Tensor, "*batch token feature"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Share of the tokens' length that is left when their mean is taken away.

    .. math:: \mu(X) = \frac{\lVert X - \mathbf 1 \bar x^\top \rVert_F}{\lVert X \rVert_F}

    0 where all tokens are the same, 1 where their mean is zero. NaN where every state is zero or
    there is none (0 / 0).

    Parameters
    ----------
    states : Tensor
        (..., token, feature), floating point and finite.

    Returns
    -------
    Tensor (...), in at least float32.

    Raises
    ------
    TypeError
        For states that are not floating point.
    ValueError
        For states without the two dimensions, or with an entry that is not finite.

    Notes
    -----
    Wu et al. 2024, "On the role of attention masks and LayerNorm in transformers",
    arXiv:2405.18781, section 3, divided here by the norm of the states.
    """
    exact = _scaled(states)
    apart = exact - exact.mean(-2, keepdim=True)
    return torch.linalg.matrix_norm(apart) / torch.linalg.matrix_norm(exact)


@checked
def stable_rank(
    matrix: Annotated[Float[Tensor, "*batch row column"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Number of directions that count, each by its share of the strongest one's energy.

    .. math:: \frac{\lVert A \rVert_F^2}{\lVert A \rVert_2^2}
        = \sum_i \Big(\frac{\sigma_i}{\sigma_1}\Big)^2

    From 1 to the rank. NaN where every entry is zero (0 / 0), 0 where there is none.

    Parameters
    ----------
    matrix : Tensor
        (..., row, column), floating point and finite.

    Returns
    -------
    Tensor (...), in at least float32.

    Raises
    ------
    TypeError
        For a matrix that is not floating point.
    ValueError
        For a matrix without the two dimensions, or with an entry that is not finite.

    Notes
    -----
    Rudelson and Vershynin 2007, "Sampling from large matrices", where it is the numerical rank.
    """
    values = torch.linalg.svdvals(_scaled(matrix))
    return (values / values[..., :1]).square().sum(-1)


def _scaled(matrix: Tensor) -> Tensor:
    """The matrix over its largest entry, so that no square overflows; zeros stay zeros."""
    exact = matrix.to(torch.promote_types(matrix.dtype, torch.float32))
    if exact.numel() == 0:
        return exact
    largest = exact.detach().abs().amax((-2, -1), keepdim=True)
    return exact / largest.where(largest > 0, 1.0)
