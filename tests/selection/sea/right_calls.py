"""Right calls of SEA, for `tests.fuzz`."""

import torch

from attnkit.selection import sea_attention, sea_keys, sea_weights
from attnkit.selection.sea import column_means, column_of_key, favor_columns
from tests.fuzz import Call


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 7, 5), strict=True)
    return dict(named)


def to_estimate():
    made = tokens()
    del made["values"]
    return made | {"directions": torch.randn(11, 5), "width": 3}


CALLS = [
    Call(column_of_key, lambda: {"n": 7, "width": 3}),
    Call(column_means, lambda: {"rows": torch.randn(2, 7), "width": 3}),
    Call(favor_columns, to_estimate),
    Call(
        sea_keys,
        lambda: {
            "columns": torch.randn(2, 3),
            "n": 7,
            "n_columns": 2,
            "mask": torch.arange(7) > 1,
        },
        means={"mask": {"none"}},
    ),
    Call(
        sea_attention,
        lambda: (
            tokens()
            | {"columns": torch.randn(2, 7, 3), "n_columns": 2, "mask": torch.arange(7) > 1}
        ),
        means={"mask": {"none"}},
    ),
    # A score of -inf is that of a masked key: documented.
    Call(
        sea_weights,
        lambda: {"scores": torch.randn(3, 7), "width": 3, "n_columns": 2},
        means={"scores": {"minus inf"}},
    ),
]
