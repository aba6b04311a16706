"""The least entropy that a row of scores can have, by how far it is from flat."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked

__all__ = ["entropy_bound"]


@checked
def entropy_bound(
    norms: Annotated[Float[Tensor, "*shape"], Range(0.0), Finite()],
    n_keys: Annotated[int, Range(1, 2**53)],
) -> Float[Tensor, "*shape"]:
    r"""Least entropy of the softmax of n scores whose distance from their mean is given, in nats.

    .. math:: \begin{gathered}
        H \ge \log(1 + (n - 1) b) + \frac{s \sqrt{n (n - 1)}\, b}{1 + (n - 1) b}, \\
        b = e^{-s \sqrt{n / (n - 1)}}, \qquad s = \lVert z - \bar z \rVert \end{gathered}

    Attained by one score above n - 1 equal ones. Softmax does not feel a constant, so the distance
    from the mean counts and not the length. Zero for a single key.

    Parameters
    ----------
    norms : Tensor
        (..., row), floating point, at least 0: for each row of scores its s.
    n_keys : int
        The number n of scores in each row.

    Returns
    -------
    Tensor (..., row), shaped like `norms`, in at least float32.

    Raises
    ------
    TypeError
        For norms that are not floating point.
    ValueError
        For a norm that is negative or not finite, or fewer keys than one.

    Notes
    -----
    Zhai et al. 2023, "Stabilizing transformer training by preventing attention entropy collapse",
    arXiv:2303.06296, theorem 3.1, with the row's own distance in place of the product of norms.
    """
    norms = norms.to(torch.promote_types(norms.dtype, torch.float32))
    if n_keys == 1:
        return torch.zeros_like(norms)
    gap = norms * math.sqrt(n_keys / (n_keys - 1))
    others = (n_keys - 1) * (-gap).exp()
    return others.log1p() + gap * others / (1 + others)
