"""Right calls of what the room shares, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    dropped,
    dropped_by,
    kept_attention,
    oracle,
    random_keys,
    window_and_ends,
)
from tests.fuzz import Call


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)
    return dict(named) | {"kept": torch.eye(5, dtype=torch.bool)}


def without_values():
    made = tokens()
    return {name: made[name] for name in ("queries", "keys", "kept")}


CALLS = [
    Call(dropped, lambda: {"weights": torch.rand(2, 5, 7), "kept": torch.rand(5, 7) > 0.5}),
    Call(dropped_by, without_values),
    Call(kept_attention, tokens),
    # A score of -inf is that of a masked key: documented.
    Call(
        oracle,
        lambda: {"scores": torch.randn(3, 5), "n_keys": 2},
        means={"scores": {"minus inf"}},
    ),
    Call(
        random_keys,
        lambda: {"scores": torch.randn(3, 5), "n_keys": 2, "generator": torch.Generator()},
        means={"scores": {"minus inf"}},
    ),
    Call(window_and_ends, lambda: {"n": 7, "n_keys": 3}),
]
