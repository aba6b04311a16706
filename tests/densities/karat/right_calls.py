"""Right calls of Kolmogorov-Arnold attention, for `tests.fuzz`."""

import torch

from attnkit.densities.karat import KArAt, karat_weights
from tests.fuzz import Call

CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        karat_weights,
        lambda: {
            "scores": torch.randn(3, 5),
            "waves": torch.randn(2, 5, 2, 3),
            "output": torch.randn(5, 2),
        },
        means={"scores": {"minus inf"}},
    ),
    Call(
        KArAt,
        lambda: {"n_keys": 5, "n_hidden": 2, "grid_size": 3},
        then={"forward": lambda: {"scores": torch.randn(3, 5)}},
        means={"scores": {"minus inf"}},
    ),
]
