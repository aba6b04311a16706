"""Right calls of what removing a key costs, for `tests.fuzz`."""

import torch

from attnkit.normalisation.waiver import (
    change_if_dropped,
    change_if_renormalised,
    value_weighted_share,
    waiver_ratio,
)
from tests.fuzz import Call


def arguments():
    return {"weights": torch.softmax(torch.randn(2, 3, 5), -1), "values": torch.randn(2, 5, 7)}


CALLS = [
    Call(change_if_dropped, arguments),
    # Beside a huge weight the others are lost, and that key has all of the sum: NaN, documented.
    Call(change_if_renormalised, arguments, means={"weights": {"huge"}}),
    Call(value_weighted_share, arguments),
    # Without an ordinary value to compare with the ratio is NaN: documented.
    Call(
        waiver_ratio,
        lambda: {"values": torch.randn(2, 5, 7)},
        means={"values": {"zero", "empty"}},
    ),
]
