"""Right calls of the tied head and its task, for `tests.fuzz`."""

import torch

from attnkit.icl import positional_to_semantic as room
from attnkit.icl.positional_to_semantic import theory
from tests.fuzz import Call


def chance():
    return torch.Generator().manual_seed(0)


def task(**given):
    return room.MixedTask(**{"d": 5, "share": 0.6, **given})


def samples():
    inputs, target = task().draw(7, generator=chance())
    return {"inputs": inputs, "target": target}


def tied():
    inputs = torch.randn(3, 4, 5, generator=chance())
    return {"inputs": inputs, "direction": torch.ones(5), "places": torch.ones(4, 5) / 3}


def fitted():
    return {
        **samples(),
        "places": task().places,
        "start": task().direction,
        "ridge": 0.01,
        "max_steps": 3,
    }


CALLS = [
    Call(room.tied_weights, tied, means={"places": {"none"}}),
    Call(
        room.map_risk,
        lambda: {
            "weights": torch.rand(3, 2, 2),
            "target": torch.rand(3, 2, 2),
            "inputs": torch.randn(3, 2, 5),
        },
    ),
    Call(
        room.MixedTask,
        lambda: {"d": 5, "share": 0.6, "staying": 0.7, "variance": 0.5, "place_length": 2.0},
        then={"draw": lambda: {"n_samples": 3, "generator": chance()}},
        reads=lambda made: made,
    ),
    Call(room.fit_tied_head, fitted),
    Call(room.fit_fixed_map, samples),
    Call(
        theory.population_risk,
        lambda: {"task": task(), "semantic": 0.5, "positional": 0.3, "beside": 0.1},
    ),
    Call(theory.floors, lambda: {"task": task()}),
    Call(room.positional_share, lambda: {"scores": torch.randn(3, 2, 5, 5)}),
]
