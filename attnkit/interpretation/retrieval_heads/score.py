"""The retrieval score: how much of a needle a head looked at just when it was written."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["copied_places", "retrieval_scores"]

Weights = Annotated[Float[Tensor, "*batch head step key"], Finite()]


@checked
def retrieval_scores(
    weights: Weights,
    tokens: Int[Tensor, "*batch key"],
    written: Int[Tensor, "*batch step"],
    needle: Bool[Tensor, "*batch key"],
) -> Float[Tensor, "*batch head"]:
    r"""Return for each head the share of the needle's places that it copied.

    .. math:: r_h = \frac{1}{|N|} \sum_{j \in N} \big[\, \exists\, t:\;
              \arg\max_i p^h_{ti} = j \;\wedge\; y_t = x_j \,\big]

    A place counts once, however often it is copied, so that no score is above one.

    Parameters
    ----------
    weights : Tensor
        (..., head, step, key): the row of each head while a token is written; zero where a key
        stands later. A row of zeros looks at nothing.
    tokens : Tensor
        (..., key), the tokens x at the keys.
    written : Tensor
        (..., step), the tokens y that were written.
    needle : Tensor
        (..., key), true at the needle's places N.

    Returns
    -------
    Tensor
        (..., head), between 0 and 1; 0 where there is no needle, or nothing was written.

    Raises
    ------
    TypeError, ValueError
        For weights that are not finite, tokens that are no integers, and shapes that do not fit.

    References
    ----------
    Wu et al. 2024, "Retrieval head mechanistically explains long-context factuality" (abstract);
    its authors' code counts steps instead, and goes above one where a model repeats itself.
    """
    copied = copied_places(weights, tokens, written) & needle[..., None, :]
    size = needle.sum(-1, keepdim=True).clamp_min(1)
    return copied.sum(-1).to(weights.dtype) / size


def looked_at(weights: Tensor) -> Tensor:
    """Where each row has its largest weight, (..., head, step, key); nowhere in a row of zeros."""
    if 0 in weights.shape:
        return torch.zeros_like(weights, dtype=torch.bool)
    top = torch.zeros_like(weights, dtype=torch.bool)
    return top.scatter(-1, weights.argmax(-1, keepdim=True), True) & (weights > 0)


def copied_places(weights: Tensor, tokens: Tensor, written: Tensor) -> Tensor:
    """Keys (..., head, key) that were looked at while their own token was written."""
    same = written[..., :, None] == tokens[..., None, :]
    return (looked_at(weights) & same[..., None, :, :]).any(-2)
