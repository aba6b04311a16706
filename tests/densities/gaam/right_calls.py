"""Right calls of Gaussian adaptive attention, for `tests.fuzz`."""

import torch

from attnkit.densities.gaam import GAAM, gaam_weights, one_gaussian
from tests.fuzz import Call


def gaussians(first, *shape):
    return {first: torch.randn(*shape, 2), "widths": torch.rand(*shape, 2) + 0.5}


CALLS = [
    # A score of -inf is that of a masked key: documented.
    Call(
        gaam_weights,
        lambda: {"scores": torch.randn(3, 5), **gaussians("offsets")},
        means={"scores": {"minus inf", "huge"}},
    ),
    Call(one_gaussian, lambda: gaussians("centres", 3), means={"centres": {"huge"}}),
    Call(
        GAAM,
        lambda: {"n_heads": 2, "n_gaussians": 3, "generator": torch.Generator().manual_seed(0)},
        then={name: lambda: {"features": torch.randn(3, 7)} for name in ("forward", "gate")},
        means={"features": {"huge"}, "generator": {"none"}},
    ),
]
