"""A trained encoder run again with other weights in its heads, and how far its embedding moves."""

import sys
from collections.abc import Callable
from unittest.mock import patch

import torch
from torch import Tensor

from attnkit.trained import Encoder

__all__ = ["embedding"]

EAGER = "eager_attention_forward"


@torch.no_grad()
def embedding(
    encoder: Encoder, tokens: Tensor, weigh: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """The unit embedding (width,) of a passage: the mean of its last states, of length one.

    With `weigh`, every layer's weights are `weigh(scores)` of its scores (head, query, key).
    """
    model = encoder.model
    file = sys.modules[type(model).__module__]

    def attend(module, query, key, value, attention_mask, scaling=None, **rest):
        scale = query.shape[-1] ** -0.5 if scaling is None else scaling
        weights = weigh(scale * query[0] @ key[0].mT)[None]
        return (weights @ value).transpose(1, 2).contiguous(), weights

    with patch.object(file, EAGER, attend if weigh else getattr(file, EAGER)):
        states = model(input_ids=tokens[None]).last_hidden_state[0]
    return torch.nn.functional.normalize(states.mean(0), dim=0)
