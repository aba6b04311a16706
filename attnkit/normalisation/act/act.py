"""Sinks after the first are found by their column, turned down, and their mass handed on."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.diagnostics import sink_share
from attnkit.masks import Mask, require_mask
from attnkit.normalisation.shared.shares import shares_of
from attnkit.precision import outside_autocast

__all__ = ["calibrate_sinks", "calibrated_weights"]

Share = Annotated[float, Range(0.0, 1.0)]


@checked
@outside_autocast
def calibrate_sinks(
    weights: Annotated[Float[Tensor, "*batch query key"], Range(0.0)],
    beta: Share = 0.4,
    threshold: Share = 0.1,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Turn down the columns that take much, all but the first such, and hand their mass on.

    A key is flagged if its mean weight over the queries that see it, `sink_share`, is above the
    threshold, unless it is the first such key. In a row of mass s on flagged keys and r on others

    .. math:: w'_k = \begin{cases} \beta\, w_k & k \text{ flagged} \\
              w_k \left(1 + (1 - \beta)\, s / r\right) & \text{else} \end{cases}

    so that the row keeps its sum, and the others their ratios. A row whose mass is on flagged keys
    alone stays as it is: there is nobody to hand it to. Which keys are flagged has no gradient.

    Parameters
    ----------
    weights : Tensor
        (..., query, key), a whole map, not negative; half precision is computed in float32.
    beta : float
        What a flagged weight is multiplied by; at one nothing changes.
    threshold : float
        On the mean weight of a key.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a query sees a key. What it leaves out
        gets zero. Give the causal mask of a causal map: without it, the zeros count as weights.

    Returns
    -------
    Tensor shaped like `weights`, of their dtype.

    Raises
    ------
    TypeError
        For weights that are not floating point, or a mask that is not boolean.
    ValueError
        For weights that are negative, not finite or without two dimensions, a mask that does not
        broadcast to them, a beta or threshold outside [0, 1].

    Notes
    -----
    Yu et al. 2024, arXiv:2406.15765, by the authors' code (beta 0.4; there heads are chosen by a
    search, and a row with nothing but flagged keys is divided by zero).
    """
    rows = weights.to(torch.promote_types(weights.dtype, torch.float32))
    if mask is not None:
        rows = rows.masked_fill(~require_mask(mask, rows.shape, "weights"), 0.0)
    return _calibrated(rows, beta, threshold, mask).to(weights.dtype)


def _calibrated(rows: Tensor, beta: float, threshold: float, mask: Mask | None) -> Tensor:
    above = sink_share(rows.detach(), mask) > threshold
    flagged = (above & (above.cumsum(-1) > 1)).to(rows.dtype).unsqueeze(-2)
    kept, turned_down = rows @ (1 - flagged).mT, rows @ flagged.mT
    alone = kept == 0
    factor = 1 + (1 - beta) * turned_down / kept.masked_fill(alone, 1.0)
    # A row that is flagged as a whole has nobody to hand its mass to, and keeps it.
    of_row = beta + (1 - beta) * alone.to(rows.dtype)
    return rows * torch.where(flagged > 0, of_row, factor)


@checked
@outside_autocast
def calibrated_weights(
    scores: Float[Tensor, "*batch query key"],
    beta: Share = 0.4,
    threshold: Share = 0.1,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    """Softmax of a whole map of scores, its sinks calibrated: `calibrate_sinks`.

    Parameters
    ----------
    scores : Tensor
        (..., query, key). Half precision is computed in float32 and returned as half precision. A
        score of -inf is that of a masked key.
    beta, threshold, mask
        As in `calibrate_sinks`. A row that may attend nothing gets zeros.

    Returns
    -------
    Tensor shaped like `scores`, of their dtype.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a mask that does not broadcast to them, a beta or
        threshold outside [0, 1].

    Notes
    -----
    Yu et al. 2024, arXiv:2406.15765, by the authors' code.
    """
    weights, attended, _ = shares_of(scores, -1, mask)
    return _calibrated(weights, beta, threshold, attended).to(scores.dtype)
