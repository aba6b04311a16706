"""Scores moved a given distance in the direction that hurts most: what attention is trained on."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_finite_where_attended, require_mask

__all__ = ["attack_scores", "score_gradient"]

Size = Annotated[float, Range(0.0, 1e6)]


@checked
def attack_scores(
    scores: Float[Tensor, "*batch key"],
    gradient: Annotated[Float[Tensor, "*batch key"], Like("scores")],
    size: Size,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch key"]:
    r"""Return the scores a step up the loss, of a given length in each row.

    .. math:: z + \varepsilon \frac{g}{\lVert g \rVert}, \qquad g = \partial \mathcal L/\partial z

    Parameters
    ----------
    scores : Tensor
        (..., key), floating point.
    gradient : Tensor
        (..., key), that of the loss by the scores. It is taken as a number: no gradient goes
        through it.
    size : float
        Length of the step. A row whose gradient is zero stays.
    mask : Bool tensor or None
        Broadcasts to the scores; a key where it is false keeps its score, whatever the gradient
        there.

    Returns
    -------
    Tensor
        (..., key), of the scores' dtype.

    Raises
    ------
    TypeError, ValueError
        For scores or a gradient that are not floating point, of two shapes or dtypes, or not finite
        where the mask holds; for a size below zero.

    References
    ----------
    S. Kitada, H. Iyatomi. Attention meets perturbations: robust and interpretable attention with
    adversarial training. IEEE Access, 2021.
    """
    if mask is not None:
        require_mask(mask, scores.shape, "scores")
    given = (("scores", scores), ("gradient", gradient.detach()))
    known = [_finite(name, rows, mask) for name, rows in given]
    return scores + size * _unit(known[1])


def _finite(name: str, rows: Tensor, mask: Tensor | None) -> Tensor:
    """Rows with zeros where the mask does not hold."""
    attended = None if mask is None else mask.expand(rows.shape)
    return require_finite_where_attended(name, rows.unsqueeze(-1), attended).squeeze(-1)


def _unit(rows: Tensor) -> Tensor:
    """Rows of length one, those of zeros left; over their largest entry first: none overflows."""
    wide = rows.to(torch.promote_types(rows.dtype, torch.float32))
    largest = wide.abs().amax(-1, keepdim=True) if rows.shape[-1] else wide.new_ones(())
    wide = wide / largest.where(largest > 0, 1.0)
    return (wide / wide.norm(dim=-1, keepdim=True).clamp_min(1.0)).to(rows.dtype)


@checked
def score_gradient(
    scores: Annotated[Float[Tensor, "*batch key"], Finite()],
    values: Annotated[Float[Tensor, "*batch key width"], Finite(), Like("scores")],
    slope: Annotated[Float[Tensor, "*batch width"], Finite(), Like("scores")],
) -> Float[Tensor, "*batch key"]:
    r"""Return the loss's gradient by the scores, from that by the readout, for softmax.

    .. math:: g_i = p_i\, (v_i - c) \cdot \frac{\partial \mathcal L}{\partial c}, \qquad
              c = \sum_j p_j v_j

    It sums to zero in every row, since softmax does not see a constant.

    Parameters
    ----------
    scores : Tensor
        (..., key), floating point.
    values : Tensor
        (..., key, width).
    slope : Tensor
        (..., width), the gradient of the loss by the readout c.

    Returns
    -------
    Tensor
        (..., key).

    Raises
    ------
    TypeError, ValueError
        For what is not floating point or not finite, or does not fit together.

    Notes
    -----
    Derived here.
    """
    weights = softmax(scores)
    pulls = (values * slope.unsqueeze(-2)).sum(-1)
    return weights * (pulls - (weights * pulls).sum(-1, keepdim=True))
