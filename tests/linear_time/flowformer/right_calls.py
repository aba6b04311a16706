"""Right calls of Flowformer, for `tests.fuzz`."""

import torch

from attnkit import linear_time
from attnkit.linear_time import flowformer
from tests.fuzz import Call


def tokens(**more):
    """Queries, keys and values of two sequences, and masks."""
    q, k = torch.randn(2, 2, 7, 3)
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {"queries": q, "keys": k, "values": torch.randn(2, 7, 5), "mask": mask, **more}


def without_values(**more):
    return {name: each for name, each in tokens(**more).items() if name != "values"}


def state():
    return torch.rand(2, 3, 9) + 1, torch.rand(2, 2) + 1


NO_MASK = {"mask": {"none"}, "query_mask": {"none"}}
MASK = torch.ones(2, 7, dtype=torch.bool)
CALLS = [
    Call(
        linear_time.flow_attention,
        lambda: tokens(query_mask=MASK, clamp=1.0),
        means=NO_MASK | {"clamp": {"none"}},
    ),
    Call(
        linear_time.flow_weights,
        lambda: without_values(query_mask=MASK, clamp=1.0),
        means=NO_MASK | {"clamp": {"none"}},
    ),
    Call(
        linear_time.conserved_flows,
        lambda: without_values(query_mask=MASK, eps=0.5),
        means=NO_MASK,
    ),
    Call(
        flowformer.causal_conserved_flows,
        lambda: {"queries": torch.randn(7, 3), "keys": torch.randn(7, 3)},
    ),
    *(
        Call(
            form, lambda: tokens(initial_state=state()), means={"initial_state": {"none"}} | NO_MASK
        )
        for form in (
            linear_time.causal_flow_attention,
            flowformer.recurrent_causal_flow_attention,
            flowformer.parallel_causal_flow_attention,
        )
    ),
]
