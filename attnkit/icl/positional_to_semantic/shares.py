"""How much of scores is a matter of place: the same whatever the text says."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["positional_share"]


@checked
def positional_share(
    scores: Annotated[Float[Tensor, "text *head query key"], Range(-1e12, 1e12)],
) -> Float[Tensor, "*head"]:
    r"""Return the share of the scores' variance within rows that texts have in common.

    .. math:: \frac{\frac{1}{R(R - 1)} \sum_{a \ne b} \langle z_a, z_b \rangle}
                   {\frac{1}{R} \sum_a \lVert z_a \rVert^2},
              \qquad z_a \text{ with rows of mean zero}

    Two texts share nothing but the places of their tokens, so that what their scores have in common
    is the positional part. Pairs of different texts leave no bias.

    Parameters
    ----------
    scores : Tensor
        (text, ..., query, key), R texts of one length, two at least.

    Returns
    -------
    Tensor
        (...), at most one, and a little below zero where there is nothing in common; zero where
        in every row all scores are equal. At least float32.

    Raises
    ------
    ValueError, TypeError
        Fewer than two texts; scores that are no numbers, or above 1e12 in size.

    References
    ----------
    Derived here: the variance that a factor explains, without bias.
    """
    n_texts = len(scores)
    if n_texts < 2:
        raise ValueError(f"scores must be of two texts at least, got {n_texts}")
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    from_first = wide - wide[..., :1]  # exactly zero where a row is equal, whatever its mean
    centred = from_first - from_first.mean(-1, keepdim=True)
    each = centred.square().sum((0, -2, -1))
    whole = centred.sum(0).square().sum((-2, -1))
    return (whole - each) / ((n_texts - 1) * each.where(each > 0, 1.0))
