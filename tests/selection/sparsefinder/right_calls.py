"""Right calls of Sparsefinder, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    Sparsefinder,
    bucket_keys,
    hinge_loss,
    near_keys,
    sparsefinder_attention,
)
from tests.fuzz import Call


def projected():
    return {"queries": torch.randn(2, 5, 3), "keys": torch.randn(2, 7, 3)}


def masked():
    return projected() | {"mask": torch.arange(7) > 1}


CALLS = [
    Call(near_keys, lambda: masked() | {"n_keys": 4}, means={"mask": {"none"}}),
    Call(bucket_keys, lambda: masked() | {"n_buckets": 4}, means={"mask": {"none"}}),
    Call(hinge_loss, lambda: projected() | {"support": torch.rand(2, 5, 7) > 0.5}),
    Call(
        Sparsefinder,
        lambda: {
            "n_heads": 2,
            "d_key": 3,
            "n_features": 4,
            "generator": torch.Generator().manual_seed(0),
        },
        then={"forward": projected},
    ),
    Call(
        sparsefinder_attention,
        lambda: (
            projected()
            | {
                "values": torch.randn(2, 7, 5),
                "projection": torch.randn(3, 2),
                "n_keys": 4,
                "mask": torch.tensor([False] * 2 + [True] * 5),
            }
        ),
        means={name: {"none"} for name in ("projection", "mask")},
    ),
]
