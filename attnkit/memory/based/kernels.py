"""What a polynomial of the score makes of rows of scores, and how many pairs are recalled by it."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["pairs_recalled", "taylor_kernel"]

D_VALUE = 64


@checked
def taylor_kernel(
    scores: Annotated[Float[Tensor, "..."], Finite()], order: Annotated[int, Range(1, 64)] = 2
) -> Float[Tensor, "..."]:
    r"""Return the exponential's Taylor polynomial of a score.

    .. math:: T_p(s) = \sum_{i=0}^{p} \frac{s^i}{i!}

    Parameters
    ----------
    scores : Float[Tensor, "..."]
        Of any shape.
    order : int
        The polynomial's; of even order it is positive everywhere, of odd order negative far below
        zero.

    Raises
    ------
    ValueError, TypeError
        NaN or infinity, an order out of range, no tensor.

    References
    ----------
    Arora et al. 2024 (Based) for the second order.
    """
    total, term = torch.ones_like(scores), torch.ones_like(scores)
    for i in range(1, order + 1):
        term = term * scores / i
        total = total + term
    return total


@checked
def pairs_recalled(
    n_pairs: Annotated[int, Range(1, 4096)],
    d_key: Annotated[int, Range(1, 4096)],
    *,
    order: Annotated[int, Range(1, 64)] = 2,
    window: Annotated[int, Range(0, 4096)] = 0,
    mean_score: Annotated[float, Range(-100.0, 100.0)] = 0.0,
    generator: torch.Generator,
) -> float:
    r"""Share of normal keys whose value is the nearest to what is read of all pairs at that key.

    .. math:: r_i = \sum_{j > n - w} e^{s_{ij}} v_j + \sum_{j \le n - w} T_p(s_{ij})\, v_j, \qquad
              s_{ij} = \delta + k_i \cdot k_j / \sqrt d

    Parameters
    ----------
    n_pairs, d_key : int
        Pairs written, with keys of d independent normal numbers and values of length one.
    order : int
        That of the polynomial.
    window : int
        w, the newest pairs, whose scores meet the exponential itself.
    mean_score : float
        :math:`\delta`, by which a mean key moves all of a query's scores.
    generator : torch.Generator
        The source of chance; as many lists are drawn as make 1,024 pairs, one at least.

    Raises
    ------
    ValueError, TypeError
        Numbers out of range or of another kind, no generator.

    References
    ----------
    Derived here.
    """
    n_lists = max(1, 1024 // n_pairs)
    keys = torch.randn(n_lists, n_pairs, d_key, generator=generator)
    values = unit_vectors(n_lists, n_pairs, D_VALUE, generator=generator).float()
    scores = mean_score + keys @ keys.mT / math.sqrt(d_key)
    far = torch.arange(n_pairs) < n_pairs - window
    weights = torch.where(far, taylor_kernel(scores, order), scores.exp())
    nearest = (weights @ values @ values.mT).argmax(-1)
    return (nearest == torch.arange(n_pairs)).double().mean().item()
