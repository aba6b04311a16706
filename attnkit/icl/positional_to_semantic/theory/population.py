"""The risk of a tied head with samples without end, in three numbers."""

import math
from functools import cache
from typing import Annotated

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.icl.positional_to_semantic.mixed import MixedTask

__all__ = ["population_risk"]

_NODES = 12
"""Of each normal number; four of them make a sample."""


@cache
def _normal_rule() -> tuple[Tensor, Tensor]:
    """Pairs of normal numbers (node, 2), and their masses, which sum to one."""
    nodes, masses = np.polynomial.hermite_e.hermegauss(_NODES)
    nodes, masses = torch.from_numpy(nodes), torch.from_numpy(masses / math.sqrt(2 * math.pi))
    return torch.cartesian_prod(nodes, nodes), torch.outer(masses, masses).flatten()


def _maps(along: Tensor) -> Float[Tensor, "*batch 2"]:
    """What each of two tokens gives itself under a tied head's scores."""
    both = along.sum(-1, keepdim=True)
    return torch.sigmoid(along * (2 * along - both))


@checked
def population_risk(
    task: MixedTask,
    semantic: Annotated[float, Range(-1e3, 1e3)],
    positional: Annotated[float, Range(-1e3, 1e3)],
    beside: Annotated[float, Range(0, 1e3)] = 0.0,
) -> float:
    r"""Return the risk of a tied head on the mixed task, for large d.

    .. math:: 2 \sigma^2\, \mathbb{E} \sum_{i=1}^{2} (W_{ii} - T_{ii})^2

    In a large space two tokens are orthogonal and have one length, so that only the two maps
    count, and the head sees each token as one normal number. What reads the places also reads the
    tokens along them: noise, the more the shorter the place's vector.

    Parameters
    ----------
    task : MixedTask
        Share, fixed map, variance and length of places; its width does not matter.
    semantic : float
        Component of the head's direction along the task's, over that one's length.
    positional : float
        Inner product of the direction with the first place's vector, over root d.
    beside : float
        Length of what else the direction has, over root d: noise that training left.

    Returns
    -------
    float
        The expected squared error for each coordinate, as `map_risk` counts it.

    Raises
    ------
    ValueError, TypeError
        Numbers out of range, something else than a task.

    References
    ----------
    Derived here; Cui et al. 2024, arXiv:2402.03902, have the same numbers as order parameters.
    """
    nodes, masses = _normal_rule()
    said = task.variance**0.5 * nodes
    own = task.share * task.staying + (1 - task.share) * _maps(said)
    place = torch.tensor([positional, -positional], dtype=torch.float64)
    noise = math.hypot(beside, positional / task.place_length)
    seen = semantic * said[:, None] + place + noise * task.variance**0.5 * nodes[None]
    error = (_maps(seen) - own[:, None]).square().sum(-1)
    return 2 * task.variance * (masses @ error @ masses).item()
