"""One rule of precision: mixed-precision regions leave the library's numbers as they are."""

import functools
from collections.abc import Callable

import torch

__all__ = ["outside_autocast"]

_DEVICES = ("cpu", "cuda", "mps", "xpu")


def outside_autocast(function: Callable) -> Callable:
    """The function, computed in the dtypes of its arguments even where autocast is on.

    `torch.autocast` would take its matrix products in half precision, which costs a solver or a
    narrow support all of its digits.
    """

    @functools.wraps(function)
    def call(*args, **kwargs):
        for device in _DEVICES:
            if torch.is_autocast_enabled(device):
                with torch.autocast(device, enabled=False):
                    return call(*args, **kwargs)
        return function(*args, **kwargs)

    return call
