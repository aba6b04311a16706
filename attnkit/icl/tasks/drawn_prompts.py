"""Prompts for the laws: drawn, in float64, from small to large."""

import torch
from torch import Tensor

from attnkit.icl.prompts import Prompts

__all__ = ["normal", "one_prompt", "random_priors"]


def normal(generator: torch.Generator, *shape: int) -> Tensor:
    """Independent standard normals."""
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def one_prompt(inputs: Tensor, targets: Tensor, query: Tensor) -> Prompts:
    """A batch of one prompt with one label an example; the query's own label is not used."""
    nothing = torch.zeros(1, 1, dtype=inputs.dtype)
    return Prompts(inputs[None], targets[None, :, None], query[None], nothing)


def random_priors(generator: torch.Generator, n_tasks: int, d: int) -> Tensor:
    """Full priors of trace one, in general position: (n_tasks, d, d)."""
    roots = normal(generator, n_tasks, d, d + 2)
    priors = roots @ roots.mT
    return priors / priors.diagonal(dim1=-2, dim2=-1).sum(-1)[:, None, None]
