"""Right calls of Based and of the task of associative recall, for `tests.fuzz`."""

import torch

from attnkit import memory
from attnkit.memory import associative_recall, based
from tests.fuzz import Call


def tokens(**more):
    """Queries, keys and values of two sequences, and a mask."""
    q, k = torch.randn(2, 2, 7, 3)
    mask = torch.ones(2, 7, dtype=torch.bool)
    return {"queries": q, "keys": k, "values": torch.randn(2, 7, 5), "mask": mask, **more}


def buffer():
    return torch.cat([torch.randn(2, 4, 8), torch.ones(2, 4, 1)], -1)


def memory_state():
    return torch.rand(2, 10, 6) + 1


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    *(
        Call(form, lambda: tokens(initial_state=memory_state()), means=OPTIONAL)
        for form in (
            memory.taylor_attention,
            memory.centred_taylor_attention,
            based.recurrent_centred_taylor_attention,
            based.recurrent_taylor_attention,
            based.parallel_taylor_attention,
        )
    ),
    *(
        Call(form, lambda: tokens(window=4, initial_state=buffer()), means=OPTIONAL)
        for form in (
            memory.window_attention,
            based.recurrent_window_attention,
            based.parallel_window_attention,
        )
    ),
    *(
        Call(
            form,
            lambda: tokens(window=4, initial_state=(memory_state(), buffer())),
            means=OPTIONAL,
        )
        for form in (
            memory.based_attention,
            based.recurrent_based_attention,
            based.parallel_based_attention,
        )
    ),
    Call(
        memory.Based,
        lambda: {"d_model": 6, "n_heads": 2, "d_feature": 3, "window": 4},
        then={"forward": lambda: {"x": torch.randn(2, 7, 6)}},
    ),
    Call(
        associative_recall.recall_sequences,
        lambda: {
            "n_sequences": 3,
            "n_pairs": 5,
            "vocabulary": 20,
            "generator": torch.Generator().manual_seed(0),
        },
    ),
]
