"""Right calls of landmark attention, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    landmark_attention,
    landmark_keys,
    landmark_weights,
    mean_landmarks,
    true_landmarks,
)
from tests.fuzz import Call


def row():
    return {"scores": torch.randn(3, 7), "size": 3}


def settings():
    return {"n_kept": 2, "landmarks": torch.randn(3, 3), "recent": torch.arange(7) > 5}


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 3, 7), strict=True)
    return dict(named) | {"size": 2, "n_kept": 1, "landmarks": torch.randn(3, 2)}


NONE = {"n_kept": {"none"}, "landmarks": {"none"}, "recent": {"none"}}
"""All blocks, the log-sum-exp, and no recent key: the defaults."""

# A score of -inf is that of a masked key: documented.
MEANS = {"scores": {"minus inf"}}

CALLS = [
    Call(landmark_weights, lambda: row() | settings(), means=MEANS | NONE),
    Call(landmark_keys, lambda: row() | settings(), means=MEANS | NONE),
    Call(landmark_attention, tokens, means=NONE),
    Call(mean_landmarks, row, means=MEANS),
    Call(true_landmarks, row, means=MEANS),
]
