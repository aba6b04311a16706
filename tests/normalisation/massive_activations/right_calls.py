"""Right calls of the law of massive activations, for `tests.fuzz`."""

import torch

from attnkit.normalisation.massive_activations import (
    EmergenceLaw,
    activation_ratio,
    fit_emergence,
    lambert_w,
)
from tests.fuzz import Call

CALLS = [
    # NaN where there is nothing to compare with, or to explain: documented.
    Call(
        activation_ratio,
        lambda: {"states": torch.randn(3, 5)},
        means={"states": {"zero", "empty"}},
    ),
    Call(lambert_w, lambda: {"number": 2.0}),
    Call(
        fit_emergence,
        lambda: {"steps": torch.arange(7.0), "values": torch.rand(7)},
        means={"values": {"zero"}},
    ),
    Call(
        EmergenceLaw,
        lambda: {"amplitude": 12.0, "decay": 0.1, "rate": 0.01, "offset": 0.5, "plateau": 2.0},
        then={"__call__": lambda: {"steps": torch.arange(7.0)}},
    ),
]
