"""How much of a row stays close to where the query stands."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.diagnostics.rows import prepare, where_density
from attnkit.masks import Mask, require_mask

__all__ = ["local_focus"]


@checked
def local_focus(
    weights: Float[Tensor, "*batch token token"],
    distance: Annotated[int, Range(0, 2**31)] = 1,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch"]:
    r"""Mass within a few steps of the query's own place, the mean over queries. Defined here.

    .. math:: \frac1n \sum_q \sum_{|k - q| \le d} w_{qk}

    NaN where a row is not a density, unless the mask says that its query sees nothing: such rows
    are left out. NaN where no row is left (0 / 0).

    Parameters
    ----------
    weights : Tensor
        (..., token, token), floating point: queries and keys are the same tokens.
    distance : int
        How many steps count as near, to either side, in tokens; 0 is the token itself.
    mask : Tensor or None
        Boolean, broadcasts to the weights; true where the query may see the key.

    Returns
    -------
    Tensor (...), in at least float32.

    Raises
    ------
    TypeError
        For weights that are not floating point, or a mask that is not boolean.
    ValueError
        For weights that are not square, or a mask that does not broadcast to them.
    """
    exact = prepare(weights)
    place = torch.arange(weights.shape[-1], device=weights.device)
    near = (place[:, None] - place).abs() <= distance
    focus = where_density((exact * near).sum(-1), weights, -1)
    if mask is None:
        return focus.mean(-1)
    sees = require_mask(mask, weights.shape, "weights").expand(weights.shape).any(-1)
    return focus.masked_fill(~sees, 0.0).sum(-1) / sees.sum(-1)
