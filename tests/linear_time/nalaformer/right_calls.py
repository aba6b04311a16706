"""Right calls of NaLaFormer, for `tests.fuzz`."""

import torch

from attnkit import linear_time
from attnkit.linear_time import nalaformer
from tests.fuzz import Call


def tokens(**more):
    """Queries, keys and values of two sequences, and a mask."""
    q, k = torch.randn(2, 2, 7, 3)
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {"queries": q, "keys": k, "values": torch.randn(2, 7, 5), "mask": mask, **more}


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    Call(linear_time.nala_query_features, lambda: {"queries": torch.randn(2, 3), "power": 2.0}),
    Call(linear_time.nala_key_features, lambda: {"keys": torch.randn(2, 3), "power": 2.0}),
    Call(
        linear_time.nala_weights,
        lambda: {
            "queries": torch.randn(5, 3),
            "keys": torch.randn(7, 3),
            "mask": torch.ones(7, dtype=torch.bool),
        },
        means={"mask": {"none"}},
    ),
    Call(
        nalaformer.rotated_nala_weights,
        lambda: {"queries": torch.randn(5, 4), "keys": torch.randn(7, 4), "base": 100.0},
    ),
    Call(linear_time.bidirectional_nala_attention, tokens, means={"mask": {"none"}}),
    *(
        Call(form, lambda: tokens(initial_state=torch.rand(2, 6, 6) + 1), means=OPTIONAL)
        for form in (
            linear_time.nala_attention,
            nalaformer.recurrent_nala_attention,
            nalaformer.parallel_nala_attention,
        )
    ),
]
