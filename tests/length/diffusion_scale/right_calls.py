"""Right calls of the scale of variable-size diffusion and of its theory, for `tests.fuzz`."""

import torch

from attnkit.length import diffusion_scale as d
from tests.fuzz import Call


def lengths():
    """Lengths from two on."""
    return 2 + 10 * torch.rand(3, 5)


# A score of -inf is that of a masked key: documented.
CALLS = [
    Call(d.diffusion_scale, lambda: {"n_keys": lengths(), "n_train": 3}),
    Call(
        d.diffusion_scale_weights,
        lambda: {"scores": torch.randn(3, 5), "n_train": 3},
        means={"scores": {"minus inf"}},
    ),
    Call(d.entropy_keeping_scale, lambda: {"n_keys": lengths(), "n_train": 3, "spread": 1.5}),
    Call(
        d.entropy_share,
        lambda: {"n_keys": lengths(), "scale": torch.ones(3, 5), "spread": 1.5},
    ),
]
