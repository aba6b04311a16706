"""One bit for each distance: keys at some distances from the query are left out."""

from collections.abc import Sequence
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask

__all__ = ["kept_offsets", "offset_weights"]

Tokens = Annotated[int, Range(0, 2**16)]


@checked
def kept_offsets(
    n_queries: Tokens,
    n_keys: Tokens,
    without: Sequence[int] = (0,),
    device: torch.device | str = "cpu",
) -> Bool[Tensor, "query key"]:
    r"""Return which pairs are left when keys at some distances are taken out.

    .. math:: m_{ij} = [\, |i - j| \notin W \,]

    Parameters
    ----------
    n_queries, n_keys : int
        Sizes; query i and key i stand at the same place.
    without : sequence of int
        W, distances from 0 on; 0 is the diagonal.
    device : torch.device or str
        Where to make it.

    Returns
    -------
    mask
        (query, key), true where a key is left.

    Raises
    ------
    ValueError, TypeError
        For a size out of range, or a distance that is negative or no integer.

    References
    ----------
    Shi et al. 2021, "SparseBERT", the structured mask.
    """
    for offset in without:
        if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
            raise ValueError(f"without must hold distances from 0 on, got {offset!r}")
    places = [torch.arange(n, device=device) for n in (n_queries, n_keys)]
    distance = (places[0][:, None] - places[1]).abs()
    left = torch.ones_like(distance, dtype=torch.bool)
    for offset in without:
        left &= distance != offset
    return left


@checked
def offset_weights(
    scores: Float[Tensor, "*batch query key"],
    without: Sequence[int] = (0,),
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Softmax over the keys that are not at one of the distances.

    .. math:: a_{ij} = \frac{[\,|i - j| \notin W\,]\; e^{z_{ij}}}
                            {\sum_k [\,|i - k| \notin W\,]\; e^{z_{ik}}}

    Parameters
    ----------
    scores : Tensor
        (..., query, key); query i and key i stand at the same place.
    without : sequence of int
        W, distances from 0 on; by default the diagonal.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended.

    Returns
    -------
    Tensor shaped like the scores, of their dtype. A row with no key left gets zeros, such as that
    of a single token without its diagonal. Half precision is computed in float32.

    Raises
    ------
    TypeError, ValueError
        For scores that are not floating point, or NaN or +inf among those that are left; for a
        distance that is negative or no integer; for a mask that is not boolean or does not
        broadcast.

    Notes
    -----
    Shi et al. 2021, "SparseBERT". The authors' code adds -10000 to what it leaves out, so that a
    row with no key left is read by what remains of its scores: by all of them.
    """
    left = kept_offsets(*scores.shape[-2:], without, device=scores.device)
    if mask is not None:
        left = left & require_mask(mask, scores.shape, "scores")
    return softmax(scores, mask=left)
