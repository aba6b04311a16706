"""Right calls of the functions that join pieces, for `tests.fuzz`."""

import torch

from attnkit.concentration import parallel_contexts as p
from tests.fuzz import Call

CALLS = [
    # A piece of log mass -inf has no key that is attended: documented.
    Call(
        p.joined_weights,
        lambda: {"log_masses": torch.randn(3, 5)},
        means={"log_masses": {"minus inf"}},
    ),
    Call(
        p.joined_entropy,
        lambda: {"log_masses": torch.randn(3, 5), "entropies": torch.rand(3, 5)},
        means={"log_masses": {"minus inf"}, "entropies": {"huge"}},
    ),
    Call(p.sink_law, lambda: {"n_keys": 64, "n_sinks": 4, "sink": 5.0, "spread": 1.0}),
    Call(p.turning_mass, lambda: {"sink": 5.0, "spread": 1.0}),
]
