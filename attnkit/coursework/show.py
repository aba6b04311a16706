"""Write an input on a line or two, as a student would type it where it is short."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

__all__ = ["shown", "shown_case"]

_ENTRIES = 12


def shown_case(case: Mapping[str, Any]) -> str:
    """Return "scores = [0.5, -1.2], alpha = 1.5"."""
    return ", ".join(f"{name} = {shown(value)}" for name, value in case.items())


def shown(value: Any) -> str:
    """Return a value in a few words: in full where short, else its kind, shape and range."""
    if isinstance(value, Tensor):
        return _tensor(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)) and len(value) <= _ENTRIES:
        inside = ", ".join(shown(each) for each in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, torch.Generator):
        return "a torch.Generator"
    name = getattr(value, "__name__", None)
    text = name if isinstance(name, str) else repr(value)
    return text if len(text) <= 60 and "\n" not in text else f"a {type(value).__name__}"


def _tensor(tensor: Tensor) -> str:
    tensor = tensor.detach().cpu()
    kind = str(tensor.dtype).removeprefix("torch.")
    if tensor.numel() == 0:
        return f"an empty {kind} tensor of shape {tuple(tensor.shape)}"
    if tensor.numel() <= _ENTRIES:
        return _entries(tensor.tolist())
    text = f"a {kind} tensor of shape {tuple(tensor.shape)}"
    if tensor.is_complex() or tensor.dtype == torch.bool:
        return text
    return f"{text} between {tensor.min().item():.4g} and {tensor.max().item():.4g}"


def _entries(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_entries, value)) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
