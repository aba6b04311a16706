"""Right calls of elastic attention, for `tests.fuzz`."""

import torch

from attnkit.normalisation.elastic import distance_bias, elastic_attention, elastic_softmax
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        elastic_softmax,
        lambda: {"scores": torch.randn(3, 5), "offset": -1.0},
        means={"scores": {"minus inf"}},
    ),
    Call(
        elastic_attention,
        lambda: dict(zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)),
    ),
    Call(distance_bias, lambda: {"table": torch.randn(2, 5), "n_queries": 3, "n_keys": 7}),
]
