"""Rules of precision: autocast changes no number, and a device without float64 is never asked."""

import functools
from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["in_float64", "outside_autocast", "require_float64", "widened", "widest"]

_WITHOUT_FLOAT64 = {"mps"}
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


def widest(device: torch.device) -> torch.dtype:
    """The widest dtype that a device has: float64, on a Mac's GPU float32."""
    return torch.float32 if device.type in _WITHOUT_FLOAT64 else torch.float64


def widened(tensor: Tensor) -> Tensor:
    """The tensor in the widest dtype of its device."""
    return tensor.to(widest(tensor.device))


def in_float64(tensor: Tensor) -> Tensor:
    """The tensor in float64, on the CPU where its own device has none."""
    return (tensor if widest(tensor.device) == torch.float64 else tensor.cpu()).double()


def require_float64(name: str, device: torch.device) -> None:
    """Refuse a device without float64 for what float32 would get wrong.

    Raises
    ------
    TypeError
        On a Mac's GPU.
    """
    if device.type in _WITHOUT_FLOAT64:
        raise TypeError(
            f"{name} must be computed in float64, which {device.type} does not have: "
            f"hand over tensors on the CPU (tensor.cpu())"
        )
