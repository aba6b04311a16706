"""A trained encoder run again with other weights in its heads, and how far its embedding moves."""

from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.trained import Encoder, intervene

__all__ = ["embedding"]


def embedding(
    encoder: Encoder, tokens: Tensor, weigh: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """The unit embedding (width,) of a passage: the mean of its last states, of length one.

    With `weigh`, every layer's weights are `weigh(scores)` of its scores (head, query, key).
    """

    def reweighed(_, made):
        return None if weigh is None else (weigh(made.scores), made.values)

    states = intervene(encoder.model, tokens, reweighed)[-1]
    return torch.nn.functional.normalize(states.mean(0), dim=0)
