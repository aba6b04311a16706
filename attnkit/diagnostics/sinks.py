"""Columns of a map: how much each key takes on average of those who may see it."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.diagnostics.rows import prepare
from attnkit.masks import Mask, require_mask

__all__ = ["sink_rate", "sink_share"]


@checked
def sink_share(
    weights: Float[Tensor, "*batch query key"], mask: Mask | None = None
) -> Float[Tensor, "*batch key"]:
    r"""Mean weight of each key over the queries that may see it.

    .. math:: \alpha_k = \frac{1}{|\{q : q \text{ sees } k\}|} \sum_{q \text{ sees } k} w_{qk}

    Under a causal mask over T tokens the k-th key, from 1, is seen by T - k + 1 queries. Defined
    for any weights; NaN for a key that no query sees (0 / 0), and where a visible weight is NaN.

    Parameters
    ----------
    weights : Tensor
        (..., query, key), floating point.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where the query may see the key. By default
        every query sees every key: the zeros of a causal map then count as weights.

    Returns
    -------
    Tensor (..., key), in at least float32.

    Raises
    ------
    TypeError
        For weights that are not floating point, or a mask that is not boolean.
    ValueError
        For weights without the two dimensions, or a mask that does not broadcast to them.

    Notes
    -----
    Gu et al. 2024, "When attention sink emerges in language models", arXiv:2410.10781, section 3.
    """
    weights = prepare(weights)
    if mask is None:
        return weights.mean(-2)
    seen = require_mask(mask, weights.shape, "weights").expand(weights.shape)
    total = weights.masked_fill(~seen, 0.0).sum(-2)
    return total / seen.sum(-2)


@checked
def sink_rate(
    weights: Float[Tensor, "*heads query key"],
    threshold: Annotated[float, Range(0.0, 1.0)] = 0.3,
    mask: Mask | None = None,
) -> Float[Tensor, "key"]:
    r"""Share of the heads in which a key takes more than a threshold; a causal map wants its mask.

    .. math:: \mathrm{Sink}_k^\epsilon = \frac{1}{|\text{heads}|}
        \sum_{\text{heads}} \mathbf{1}[\alpha_k > \epsilon]

    The threshold is fixed while a share falls as the row grows, so rates of two lengths are no
    comparison. NaN for a key whose `sink_share` is NaN in some head, and where there are no heads.

    Parameters
    ----------
    weights : Tensor
        (..., query, key): every leading dimension counts heads.
    threshold : float
        The paper's epsilon; its own choice is 0.3, at 64 tokens.
    mask : Tensor or None
        As in `sink_share`.

    Returns
    -------
    Tensor (key,), in at least float32.

    Raises
    ------
    TypeError
        For weights that are not floating point, or a mask that is not boolean.
    ValueError
        For weights without the two dimensions, a mask that does not broadcast to them, or a
        threshold outside [0, 1].

    Notes
    -----
    Gu et al. 2024, arXiv:2410.10781, section 3.
    """
    shares = sink_share(weights, mask)[None].flatten(0, -2)
    above = (shares > threshold).to(shares.dtype)
    return torch.where(shares.isnan(), math.nan, above).mean(0)
