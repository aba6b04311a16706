"""What a layer asks of its tokens: the width and dtype of its own matrices."""

import torch
from torch import Tensor, nn

__all__ = ["require_tokens"]


def require_tokens(tokens: Tensor, matrix: nn.Linear) -> Tensor:
    """The tokens; an error that names them unless the matrix takes them. Autocast casts them."""
    if tokens.shape[-1] != matrix.in_features:
        raise ValueError(f"tokens must have {matrix.in_features} features, got {tokens.shape[-1]}")
    wanted = matrix.weight.dtype
    if tokens.dtype != wanted and not torch.is_autocast_enabled(tokens.device.type):
        raise TypeError(f"tokens must be {wanted} like the layer, got {tokens.dtype}")
    return tokens
