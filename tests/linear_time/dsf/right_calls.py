"""Right calls of the state-space form and of its members, for `tests.fuzz`."""

import torch

from attnkit import linear_time
from attnkit.linear_time import dsf
from tests.fuzz import Call


def tokens(**more):
    """Queries, keys and values of two sequences, and a mask."""
    q, k = torch.randn(2, 2, 7, 3)
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {"queries": q, "keys": k, "values": torch.randn(2, 7, 5), "mask": mask, **more}


def matrices(**more):
    """A system of two sequences with 3 rows of state and 5 channels."""
    a, b, c = torch.rand(3, 2, 7, 3, 5) + 0.1
    return {"transition": a, "write": b, "read": c, **more}


def pairs(**more):
    queries, keys = torch.rand(2, 2, 7, 3)
    return {"queries": queries, "keys": keys, **more}


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    Call(
        linear_time.dynamical_system,
        lambda: matrices(
            values=torch.randn(2, 7, 5),
            initial_state=torch.randn(2, 3, 5),
            mask=torch.ones(2, 7, dtype=torch.bool),
        ),
        means=OPTIONAL,
    ),
    Call(dsf.change_coordinates, lambda: matrices(factors=torch.rand(2, 7, 1, 1) + 0.5)),
    *(
        Call(
            form,
            lambda: tokens(
                steps=torch.rand(2, 7, 5),
                rates=-torch.rand(3, 5),
                initial_state=torch.randn(2, 3, 5),
            ),
            means=OPTIONAL,
        )
        for form in (linear_time.selective_ssm, dsf.recurrent_selective_ssm)
    ),
    *(
        Call(
            form,
            lambda: tokens(order=2, initial_state=torch.rand(2, 10, 6) + 1),
            means=OPTIONAL,
        )
        for form in (
            linear_time.taylor_order_attention,
            dsf.recurrent_taylor_order_attention,
            dsf.parallel_taylor_order_attention,
        )
    ),
    Call(dsf.power_features, lambda: {"x": torch.randn(2, 7, 3), "order": 4}),
    Call(dsf.taylor_state_size, lambda: {"d_key": 32, "order": 4}),
    Call(dsf.break_even_length, lambda: {"d_key": 32, "d_value": 32, "order": 4}),
    Call(
        dsf.linear_system,
        lambda: pairs(log_decay=-torch.rand(2, 7)),
        means={"log_decay": {"none"}},
    ),
    Call(dsf.normalised_linear_system, pairs),
    Call(dsf.taylor_system, lambda: pairs(order=2)),
    Call(
        dsf.selective_system,
        lambda: pairs(steps=torch.rand(2, 7, 5), rates=-torch.rand(3, 5)),
    ),
]
