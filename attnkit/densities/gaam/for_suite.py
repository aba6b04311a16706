"""The map with numbers put in, as the suite of the laws calls it."""

from functools import partial

import torch

from attnkit.densities.gaam.gaam import gaam_weights

__all__ = ["two_gaussians"]

two_gaussians = partial(
    gaam_weights, offsets=torch.tensor([-0.5, 1.0]), widths=torch.tensor([0.7, 1.3])
)
