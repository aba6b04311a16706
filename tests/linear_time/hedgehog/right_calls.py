"""Right calls of Hedgehog, for `tests.fuzz`."""

import torch

from attnkit.linear_time import hedgehog
from attnkit.linear_time.hedgehog import theory
from tests.fuzz import Call


def tokens():
    mask = torch.ones(2, 7, dtype=torch.bool)
    named = {"queries": torch.randn(2, 7, 3), "keys": torch.randn(2, 7, 3)}
    named |= {"query_projection": torch.randn(5, 3), "key_projection": torch.randn(5, 3)}
    state = torch.rand(2, 10, 5) + 1
    return {**named, "values": torch.randn(2, 7, 4), "initial_state": state, "mask": mask}


def whole():
    sides = {"queries": torch.randn(2, 5, 3), "keys": torch.randn(2, 7, 3)}
    sides |= {"query_projection": torch.randn(11, 3), "key_projection": torch.randn(11, 3)}
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {**sides, "values": torch.randn(2, 7, 4), "shift": 0.5, "mask": mask}


def maps():
    return hedgehog.LearnedMaps(2, 3, 5, generator=torch.Generator().manual_seed(0))


def passages():
    q, k = torch.randn(2, 2, 7, 3)
    return [(q, k, torch.randn(2, 7, 7).softmax(-1))]


OPTIONAL = {
    "query_projection": {"none"},
    "key_projection": {"none"},
    "initial_state": {"none"},
    "mask": {"none"},
}
CALLS = [
    *(
        Call(form, tokens, means=OPTIONAL)
        for form in (
            hedgehog.hedgehog_attention,
            hedgehog.recurrent_hedgehog_attention,
            hedgehog.parallel_hedgehog_attention,
        )
    ),
    Call(hedgehog.bidirectional_hedgehog_attention, whole, means=OPTIONAL),
    Call(hedgehog.exponential_features, lambda: {"x": torch.randn(2, 5), "shift": 0.5}),
    Call(hedgehog.signed_softmax_features, lambda: {"x": torch.randn(2, 5)}),
    Call(hedgehog.joint_softmax_features, lambda: {"x": torch.randn(2, 5), "gain": 2.0}),
    Call(
        hedgehog.LearnedMaps,
        lambda: {
            "n_heads": 2,
            "d_input": 3,
            "n_rows": 5,
            "generator": torch.Generator().manual_seed(0),
        },
        then={"forward": lambda: {"queries": torch.randn(2, 7, 3), "keys": torch.randn(2, 7, 3)}},
    ),
    Call(
        hedgehog.imitation_loss,
        lambda: {
            "weights": torch.rand(2, 5, 7).softmax(-1),
            "imitation": torch.rand(2, 5, 7).softmax(-1),
        },
    ),
    Call(
        hedgehog.distil,
        lambda: {
            "maps": maps(),
            "passages": passages(),
            "masks": [torch.ones(7, 7, dtype=torch.bool)],
            "n_steps": 2,
            "rate": 0.01,
        },
        means={"masks": {"none"}},
    ),
    Call(theory.partner_bound, lambda: {"n_keys": 7, "n_features": 3}),
    Call(theory.divergence_floor, lambda: {"n_keys": 7, "n_features": 3}),
    Call(theory.block_features, lambda: {"n_keys": 7, "n_features": 3}),
]
