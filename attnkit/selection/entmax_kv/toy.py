"""A text of eight topics of eight keys each, in which one topic answers the query."""

import torch
from torch import Tensor

from attnkit.selection.entmax_kv.order import similar_order

__all__ = ["N_KEYS", "ORDERS", "topic_tokens"]

N_KEYS, WIDTH = 64, 6
ORDERS = ("topic after topic", "topics mixed", "alike keys together")


def topic_tokens(order: str, scale: float, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A query (1, feature) and keys (key, feature); keys of a topic lie near each other."""
    generator = torch.Generator().manual_seed(seed)
    topics = torch.randn(8, WIDTH, generator=generator, dtype=torch.float64)
    noise = torch.randn(N_KEYS, WIDTH, generator=generator, dtype=torch.float64)
    keys = topics.repeat_interleave(8, 0) + 0.5 * noise
    query = scale * topics[2:3] / topics[2:3].norm() * WIDTH**0.5
    if order != "topic after topic":
        keys = keys[torch.randperm(N_KEYS, generator=generator)]
    return query, keys[similar_order(keys)] if order == "alike keys together" else keys
