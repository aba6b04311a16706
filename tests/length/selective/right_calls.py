"""Right calls of selective self-attention and of its theory, for `tests.fuzz`."""

import torch

from attnkit.length import selective as s
from tests.fuzz import Call


def tokens():
    """Queries, keys and values of one shape, and a temperature for each query."""
    named = dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True))
    return named | {"temperatures": torch.rand(2, 5)}


def two_queries():
    """Two queries of one cosine, that are to look sharply and broadly."""
    return {"cosine": 0.5, "first": 4.0, "second": 2.0}


# A score of -inf is that of a masked key: documented.
CALLS = [
    Call(
        s.selective_weights,
        lambda: {"scores": torch.randn(3, 5), "temperature": 1.5},
        means={"scores": {"minus inf"}},
    ),
    Call(s.selective_attention, tokens),
    Call(s.position_temperature, lambda: {"n_keys": 1 + torch.rand(3, 5), "strength": 0.5}),
    Call(
        s.SelectiveTemperature,
        lambda: {"width": 7},
        then={"forward": lambda: {"tokens": torch.randn(2, 5, 7), "n_keys": 1 + torch.rand(2, 5)}},
        reads=lambda result: result if isinstance(result, torch.Tensor) else [],
    ),
    Call(s.plain_norm, two_queries),
    Call(s.norm_with_free_temperatures, two_queries),
    Call(s.norm_with_read_temperatures, two_queries),
]
