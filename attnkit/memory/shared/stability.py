"""A word of warning where errors would grow."""

import warnings

import torch
from torch import Tensor

from attnkit.validate import is_traced

__all__ = ["warn_unstable_rate"]

_SLACK = 1e-4  # unit keys and rate 2 differ from the limit by rounding alone


def warn_unstable_rate(rate: Tensor, keys: Tensor) -> None:
    """Warn where a step of the delta rule overshoots by more than the error it corrects."""
    if is_traced(rate) or is_traced(keys) or rate.numel() == 0:
        return
    gain = rate.detach() * keys.detach().to(rate.dtype).square().sum(-1, keepdim=True)
    low, high = torch.stack(gain.aminmax()).tolist()  # one look, which waits for a device once
    if low < 0 or high > 2 + _SLACK:
        worst = low if low < 0 else high
        warnings.warn(
            f"rate · |key|² should lie in [0, 2], got {worst:.4g}: each write multiplies the "
            f"error at its key by 1 − rate · |key|² = {1 - worst:.4g}, so errors grow",
            UserWarning,
            stacklevel=4,  # the caller of the memory function, behind its boundary
        )
