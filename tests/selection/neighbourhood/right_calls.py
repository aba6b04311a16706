"""Right calls of the windows, their attentions and the count of tiles."""

import torch

from attnkit.selection import (
    count_tiles,
    halo_attention,
    halo_keys,
    neighbourhood_attention,
    neighbourhood_keys,
)
from tests.fuzz import Call

# One number in a list is that of the one axis there is: documented.
ONE_AXIS = {"window": {"list"}, "stride": {"list"}, "block": {"list"}, "halo": {"list"}}


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 7, 5), strict=True)
    return dict(named)


CALLS = [
    Call(neighbourhood_keys, lambda: {"shape": (5, 7), "window": 3, "stride": 2, "dilation": 2}),
    Call(neighbourhood_attention, lambda: {**tokens(), "window": 3, "stride": 2}, means=ONE_AXIS),
    Call(halo_keys, lambda: {"shape": (5, 7), "block": 3, "halo": 1}),
    Call(halo_attention, lambda: {**tokens(), "block": 3, "halo": 1}, means=ONE_AXIS),
    Call(count_tiles, lambda: {"shape": (8, 12), "window": 4, "stride": 2, "tile": 2}),
]
