"""Right calls of FlexPrefill, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    covering_keys,
    covering_weights,
    flex_prefill_attention,
    flex_prefill_keys,
)
from tests.fuzz import Call


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 7, 5), strict=True)
    return dict(named) | {"share": 0.8, "block": 3}


def without_values():
    made = tokens()
    del made["values"]
    return made


CALLS = [
    Call(covering_keys, lambda: {"weights": torch.rand(3, 7), "share": 0.8}),
    # A score of -inf is that of a masked key: documented.
    Call(
        covering_weights,
        lambda: {"scores": torch.randn(3, 7), "share": 0.8},
        means={"scores": {"minus inf"}},
    ),
    Call(flex_prefill_keys, without_values),
    Call(flex_prefill_attention, tokens),
]
