"""Right calls of Entropy-ABF, for `tests.fuzz`."""

import torch

from attnkit.length.entropy_abf import entropy_abf_scale, entropy_abf_weights
from tests.fuzz import Call

# A score of -inf is that of a masked key: documented.
CALLS = [
    Call(entropy_abf_scale, lambda: {"n_keys": 1 + 10 * torch.rand(3, 5), "n_train": 3}),
    Call(
        entropy_abf_weights,
        lambda: {"scores": torch.randn(3, 5), "n_train": 3},
        means={"scores": {"minus inf"}},
    ),
]
