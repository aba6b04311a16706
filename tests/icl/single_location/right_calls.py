"""Right calls of single-location regression, for `tests.fuzz`."""

import torch

from attnkit.icl import single_location as here
from attnkit.icl.circuits import linear_weights
from tests.fuzz import Call


def chance():
    return torch.Generator().manual_seed(0)


def marks():
    return dict(zip(("key", "value"), torch.eye(5)[:2].clone(), strict=True))


def tokens():
    return torch.randn(3, 7, 5)


CALLS = [
    Call(
        here.sample_locations,
        lambda: (
            marks()
            | {"n_prompts": 3, "n_tokens": 7, "signal": 4.0, "noise_variance": 0.1}
            | {"generator": chance()}
        ),
    ),
    Call(
        here.location_weights,
        lambda: {"tokens": tokens(), "key": marks()["key"], "signal": 4.0},
    ),
    Call(here.location_mean, lambda: marks() | {"tokens": tokens(), "signal": 4.0}),
    Call(
        here.LocationReader,
        lambda: {"d": 5, "generator": chance(), "weigh": linear_weights},
        then={"forward": lambda: {"tokens": tokens()}},
    ),
    Call(here.location_moments, lambda: {"n_tokens": 7, "lead": 2.0, "spread": 1.5}),
    Call(
        here.softmax_location_risk,
        lambda: (
            {"n_tokens": 7, "signal": 4.0, "strength": 2.0, "overlap": 0.9, "gain": 1.1}
            | {"noise_variance": 0.1}
        ),
    ),
    Call(here.bayes_location_risk, lambda: {"n_tokens": 7, "signal": 4.0, "noise_variance": 0.1}),
    Call(here.linear_location_risk, lambda: {"n_tokens": 7, "signal": 4.0, "noise_variance": 0.1}),
]
