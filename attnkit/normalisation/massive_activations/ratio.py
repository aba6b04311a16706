"""How far the largest entry of a hidden state stands above the ordinary one."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["activation_ratio"]


@checked
def activation_ratio(
    states: Annotated[Float[Tensor, "*batch token feature"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Largest absolute entry over the median absolute entry, of all tokens and features together.

    .. math:: r = \frac{\max_{ij} \lvert h_{ij} \rvert}
              {\operatorname{median}_{ij} \lvert h_{ij} \rvert}

    Nothing changes when the states are multiplied by a number, or tokens or features exchanged.

    Parameters
    ----------
    states : Tensor
        Hidden states (..., token, feature), floating point.

    Returns
    -------
    Tensor
        (...), in at least float32. NaN where the median is zero, or where there is no entry: no
        ordinary entry is there to compare with. Of an even number of entries the median is the
        lower one of the two in the middle.

    Raises
    ------
    TypeError, ValueError
        For states that are not floating point, or hold NaN or an infinity.

    Notes
    -----
    Sun et al. 2024, "Massive activations in large language models", call an entry massive above
    100 and about 1000 times the median; Gallego-Feliciano et al. 2025 follow the ratio through
    training.
    """
    sizes = states.flatten(-2).abs().to(torch.promote_types(states.dtype, torch.float32))
    if sizes.shape[-1] == 0:
        return sizes.new_full(sizes.shape[:-1], math.nan)
    median = sizes.median(-1).values
    ratio = sizes.amax(-1) / median.where(median > 0, 1.0)
    return ratio.where(median > 0, math.nan)
