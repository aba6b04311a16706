"""What a density earns: the expected score less the penalty that it was chosen under."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.kernel.deformed import deformed_log

__all__ = ["objective"]


@checked
def objective(
    density: Annotated[Float[Tensor, "*batch node"], Range(0.0)],
    score: Annotated[Float[Tensor, "*batch node"], Finite(minus_inf=True)],
    masses: Annotated[Float[Tensor, "*#batch node"], Range(0.0)],
    alpha: Annotated[float, Range(1.0, 2.0)],
) -> Float[Tensor, "*batch"]:
    r"""Expected score minus Tsallis negentropy of a density on nodes with base masses.

    .. math:: \sum_j w_j p_j f_j - \frac{\sum_j w_j p_j^\alpha - 1}{\alpha (\alpha - 1)}

    for a density of mass one; at alpha = 1 the penalty is the sum of w p log p. The density with
    the largest objective is `attnkit.densities.threshold_normalised`. Nodes where
    the density is zero add nothing, whatever their score. Derived here.

    Parameters
    ----------
    density : Tensor
        Values p at the nodes, (..., node), none negative.
    score : Tensor
        Value f at the nodes, (..., node).
    masses : Tensor
        Base mass of each node, (node,) or (..., node).
    alpha : float
        In [1, 2].

    Returns
    -------
    The objective of each row, (...).

    Raises
    ------
    TypeError
        For density, score or masses that are not floating point.
    ValueError
        For a density or masses that are negative or not finite, NaN or +inf in the score, or alpha
        outside [1, 2].
    """
    dtype = torch.promote_types(density.dtype, torch.float32)
    given, density, score, masses = density.dtype, *(p.to(dtype) for p in (density, score, masses))
    held = density > 0
    negentropy = deformed_log(density.where(held, 1.0), alpha) / alpha
    earned = density * (score.where(held, 0.0) - negentropy)
    return (masses * earned).sum(-1).to(given)
