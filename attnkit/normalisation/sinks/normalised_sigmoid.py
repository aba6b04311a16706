"""The sigmoid's weights divided by their sum: keys that compete again."""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import logsigmoid

from attnkit.arguments import checked
from attnkit.densities import softmax
from attnkit.masks import Mask, attended_keys, require_dimension
from attnkit.validate import require_finite

__all__ = ["normalised_sigmoid"]


@checked
def normalised_sigmoid(
    scores: Float[Tensor, "*shape"],
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weights proportional to the logistic function of each score.

    .. math:: p_i = \frac{\sigma(z_i)}{\sum_j \sigma(z_j)}
              = \operatorname{softmax}(\log \sigma(z))_i

    For scores far below zero it is softmax, for scores far above it is uniform: no score can be
    loud enough to silence an equal number of others.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, and shapes that do not broadcast. Values are
        looked at in eager mode only.

    Notes
    -----
    Gu et al. 2024, "When attention sink emerges in language models". Their code adds 1e-8 to the
    sum, so that a row of very low scores reads nothing; here every row sums to one.
    """
    dim = require_dimension(dim, scores)
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    attended = attended_keys(rows, mask)
    if attended is not None:
        rows = rows.masked_fill(~attended, -math.inf)
    require_finite("scores", rows, allow_minus_inf=True)
    if attended is None:
        return softmax(logsigmoid(rows), dim).to(scores.dtype)
    logs = logsigmoid(rows.masked_fill(~attended, 0.0)).masked_fill(~attended, -math.inf)
    return softmax(logs, dim).to(scores.dtype)
