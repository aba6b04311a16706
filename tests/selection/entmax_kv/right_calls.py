"""Right calls of EntmaxKV, for `tests.fuzz`."""

import torch

from attnkit.selection import (
    best_pages,
    certified_pages,
    entmax_kv_attention,
    gaussian_pages,
    gaussian_threshold,
    page_attention,
    similar_order,
    support_threshold,
)
from tests.fuzz import Call


def tokens():
    named = zip(("queries", "keys", "values"), torch.randn(3, 2, 5, 7), strict=True)
    return dict(named)


def asked():
    made = tokens()
    return {"queries": made["queries"], "keys": made["keys"], "size": 2}


CALLS = [
    Call(
        entmax_kv_attention,
        lambda: tokens() | {"size": 2, "n_pages": 2, "alpha": 1.5},
        means={"n_pages": {"none"}},  # the certified ones, by default
    ),
    Call(
        page_attention,
        lambda: tokens() | {"pages": torch.ones(5, 3, dtype=torch.bool), "size": 2, "alpha": 1.5},
    ),
    Call(best_pages, lambda: asked() | {"n_pages": 2}),
    Call(certified_pages, lambda: asked() | {"alpha": 1.5}),
    Call(gaussian_pages, asked),
    Call(similar_order, lambda: {"keys": torch.randn(2, 5, 7)}),
    # A score of -inf is that of a masked key: documented.
    Call(
        support_threshold,
        lambda: {"scores": torch.randn(3, 7), "alpha": 1.5},
        means={"scores": {"minus inf"}},
    ),
    Call(
        gaussian_threshold,
        lambda: {"mean": torch.randn(3), "spread": torch.rand(3), "n_keys": 16},
    ),
]
