"""Right calls of Lightning attention, for `tests.fuzz`."""

import torch

from attnkit.linear_time import lightning
from attnkit.linear_time.lightning.theory import half_life, recalled_by_age
from tests.fuzz import Call


def tokens():
    """Queries, keys and values of two sequences, with all that they may have beside them."""
    q, k = torch.randn(2, 2, 7, 3)
    return {
        "queries": q,
        "keys": k,
        "values": torch.randn(2, 7, 5),
        "log_decay": -0.3,
        "initial_state": torch.randn(2, 3, 5),
        "mask": torch.ones(2, 7, dtype=torch.bool),
    }


OPTIONAL = {"initial_state": {"none"}, "mask": {"none"}}
CALLS = [
    Call(lightning.lightning_log_decay, lambda: {"n_heads": 8, "layer": 2, "n_layers": 6}),
    # Without a decay nothing is ever half forgotten: documented.
    Call(half_life, lambda: {"log_decay": -0.3}, means={"log_decay": {"zero"}}),
    Call(recalled_by_age, lambda: {"log_decay": -0.3, "age": 2, "n_tokens": 64, "d_key": 16}),
] + [
    Call(form, tokens, means=OPTIONAL)
    for form in (
        lightning.lightning_attention,
        lightning.recurrent_lightning_attention,
        lightning.parallel_lightning_attention,
    )
]
