"""Right calls of the rank-collapse functions, for `tests.fuzz`."""

import torch

from attnkit.concentration import rank_collapse as r
from tests.fuzz import Call


def two_matrices():
    return {"matrix": torch.randn(5, 5), "values": torch.randn(5, 5)}


CALLS = [
    # No token has no mask to speak of, and a reach of zero sees itself alone.
    *(
        Call(make, lambda: {"n_tokens": 7}, means={"n_tokens": {"zero"}})
        for make in (r.full_mask, r.causal_mask)
    ),
    *(
        Call(make, lambda: {"n_tokens": 7, "reach": 2})
        for make in (r.window_mask, r.causal_window_mask)
    ),
    Call(r.layers_to_reach, lambda: {"mask": r.causal_mask(5)}),
    Call(r.collapse_rate, lambda: {"mask": r.causal_mask(5)}),
    Call(
        r.AttentionLayer,
        lambda: two_matrices() | {"mask": r.causal_mask(3)},
        means={"mask": {"none"}},
        then={
            "__call__": lambda: {"states": torch.randn(2, 3, 5)},
            "weights": lambda: {"states": torch.randn(2, 3, 5)},
        },
    ),
    Call(
        r.through,
        lambda: {"states": torch.randn(3, 5), "layers": [torch.zeros_like]},
        means={"states": {"huge"}},
    ),
    Call(r.ergodicity, lambda: {"weights": torch.randn(3, 5).softmax(-1)}),
]
