"""Projections without bias, and what they ask of tokens."""

import math

import torch
from torch import Tensor, nn

from attnkit.validate import is_traced

__all__ = ["plain_linear", "require_tokens"]


def plain_linear(width: int, wide: int, generator: torch.Generator) -> nn.Linear:
    """A projection without bias, drawn from the generator."""
    linear = nn.utils.skip_init(nn.Linear, width, wide, bias=False)
    nn.init.normal_(linear.weight, std=1 / math.sqrt(width), generator=generator)
    return linear


def require_tokens(tokens: Tensor, projection: nn.Linear) -> None:
    """Refuse tokens of another width, or of another dtype unless autocast sees to it."""
    weight = projection.weight
    if tokens.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"tokens must have width {weight.shape[1]}, got shape {tuple(tokens.shape)}"
        )
    cast = not is_traced(tokens) and torch.is_autocast_enabled(tokens.device.type)
    if tokens.dtype != weight.dtype and not cast:
        raise TypeError(f"tokens must be {weight.dtype} like the weights, got {tokens.dtype}")
