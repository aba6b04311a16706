"""Right calls of Aaren, of shards and of passes, for `tests.fuzz`."""

import torch

from attnkit.linear_time import aaren
from tests.fuzz import Call


def tokens():
    """A query, keys and values of two sequences, with all that they may have beside them."""
    return {
        "query": torch.randn(2, 3),
        "keys": torch.randn(2, 7, 3),
        "values": torch.randn(2, 7, 5),
        "initial_state": state(),
        "mask": torch.ones(2, 7, dtype=torch.bool),
    }


def state():
    return torch.randn(2), torch.rand(2) + 1, torch.randn(2, 5)


def counted():
    return {
        "scores": aaren.Counted(torch.randn(7)),
        "values": aaren.Counted(torch.randn(7, 3)),
        "block_size": 2,
    }


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    *(
        Call(form, tokens, means=OPTIONAL)
        for form in (
            aaren.aaren_attention,
            aaren.recurrent_aaren_attention,
            aaren.shallow_aaren_attention,
            aaren.parallel_aaren_attention,
        )
    ),
    *(
        Call(way, counted)
        for way in (
            aaren.read_in_one_pass,
            aaren.read_in_two_passes,
            aaren.read_in_three_passes,
        )
    ),
    Call(aaren.Counted, lambda: {"array": torch.randn(7, 3)}),
    Call(
        aaren.Aaren,
        lambda: {"d_model": 6, "n_heads": 2},
        then={"forward": lambda: {"x": torch.randn(2, 7, 6)}},
    ),
    # A score of -inf is that of a key that is not there: documented.
    Call(
        aaren.shard_state,
        lambda: {
            "scores": torch.randn(2, 7),
            "values": torch.randn(2, 7, 5),
            "mask": torch.ones(2, 7, dtype=torch.bool),
        },
        means={"scores": {"minus inf"}, "mask": {"none"}},
    ),
    Call(aaren.merge_shards, lambda: {"one": state(), "other": state()}),
    Call(aaren.shard_read, lambda: {"state": state()}),
]
