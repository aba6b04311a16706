"""Right calls of the deconstructed layers, for `tests.fuzz`."""

import torch

from attnkit.structure.deconstructing import Switchboard, fixed_weights, second_order_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        second_order_weights,
        lambda: {"scores": torch.randn(3, 5)},
        means={"scores": {"minus inf"}},
    ),
    # Only the shape of the scores is read: documented.
    Call(
        fixed_weights,
        lambda: {"scores": torch.randn(3, 5), "seed": 3},
        means={"scores": {"nan", "inf", "minus inf"}},
    ),
    Call(
        Switchboard,
        lambda: {
            "kinds": ["positional", "standard"],
            "vocabulary": 11,
            "n_answers": 5,
            "width": 8,
            "n_heads": 2,
            "n_tokens": 7,
        },
        then={"forward": lambda: {"tokens": torch.randint(11, (3, 7))}},
    ),
]
