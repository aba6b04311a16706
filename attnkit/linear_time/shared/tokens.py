"""Tokens as a feature map takes them: those that count, finite, in a dtype wide enough."""

import torch
from torch import Tensor

from attnkit.validate import is_traced, require_finite

__all__ = ["compute_dtype", "require_left", "require_reached", "wide_tokens"]


def compute_dtype(tensor: Tensor) -> torch.dtype:
    """The dtype to compute in: the tensor's own, but never below float32."""
    return torch.promote_types(tensor.dtype, torch.float32)


def wide_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """The three sequences (..., time, feature) in at least float32, zero where none counts.

    Zeroed first, so that what a mask leaves out, NaN too, is neither looked at nor gets a gradient;
    looked at before a map of features hides an infinity.
    """
    tokens = []
    for name, tensor in (("queries", queries), ("keys", keys), ("values", values)):
        if mask is not None:
            seen = mask[(..., *(None,) * (tensor.ndim - mask.ndim))]
            tensor = torch.where(seen, tensor, tensor.new_zeros(()))
        require_finite(name, tensor)
        tokens.append(tensor.to(compute_dtype(tensor)))
    return tuple(tokens)


def require_reached(features: Tensor, name: str, inputs: Tensor, cure: str) -> None:
    """Features (..., feature) of finite inputs; ValueError with a cure where they overflow."""
    if is_traced(features) or bool(features.detach().sum().isfinite()):
        return
    require_finite(name, inputs)
    if not bool(features.isfinite().all()):
        raise ValueError(
            f"{name} must have features that fit {features.dtype}, got inputs that reach "
            f"{inputs.detach().abs().max():.3g}; {cure}"
        )


def require_left(features: Tensor, name: str, cure: str, counts: Tensor | None = None) -> None:
    """Positive features (..., feature), of which one in each row must be a normal number.

    `counts` (...) is false where nothing is asked for.

    Raises
    ------
    ValueError
        Where all underflow: what is read of them would be zeros, and no average.
    """
    if is_traced(features) or features.numel() == 0:
        return
    gone = features.detach().amax(-1) < torch.finfo(features.dtype).tiny
    if counts is not None:
        gone = gone & counts
    if bool(gone.any()):
        raise ValueError(
            f"{name} must have features that {features.dtype} can hold, got {int(gone.sum())} of "
            f"{gone.numel()} where all underflow to zero; {cure}"
        )
