"""Right calls of Performer, for `tests.fuzz`."""

import torch

from attnkit.linear_time import performer
from attnkit.linear_time.performer import theory
from tests.fuzz import Call


def tokens():
    mask = torch.ones(2, 7, dtype=torch.bool)
    named = zip(("queries", "keys"), torch.randn(2, 2, 7, 3), strict=True)
    return {
        **dict(named),
        "values": torch.randn(2, 7, 4),
        "directions": torch.randn(11, 3),
        "initial_state": torch.rand(2, 11, 5) + 1,
        "mask": mask,
    }


def whole():
    sides = {"queries": torch.randn(2, 5, 3), "keys": torch.randn(2, 7, 3)}
    given = {"directions": torch.randn(11, 3), "shift": 0.5}
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {**sides, "values": torch.randn(2, 7, 4), **given, "mask": mask}


def drawing():
    return {"n_directions": 7, "d_key": 3, "generator": torch.Generator().manual_seed(0)}


OPTIONAL = {"directions": {"none"}, "initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    *(
        Call(form, tokens, means=OPTIONAL)
        for form in (
            performer.performer_attention,
            performer.recurrent_performer_attention,
            performer.parallel_performer_attention,
        )
    ),
    Call(performer.bidirectional_performer_attention, whole, means=OPTIONAL),
    *(
        Call(map_, lambda: {"x": torch.randn(2, 3), "directions": torch.randn(5, 3)})
        for map_ in (performer.positive_features, performer.hyperbolic_features)
    ),
    Call(performer.independent_directions, drawing),
    Call(performer.orthogonal_directions, drawing),
    Call(theory.positive_variance, lambda: {"length_squared": 1.5, "n_features": 64.0}),
    Call(theory.hyperbolic_variance, lambda: {"length_squared": 1.5, "n_features": 64.0}),
]
