"""Inputs that a student's function may not change."""

from typing import Any

import torch
from torch import Tensor

from attnkit.coursework.errors import AnswerError

__all__ = ["copied", "require_untouched"]


def copied(value: Any) -> Any:
    """Copy tensors, and lists, tuples and dicts of them; gradients flow through the copies."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(copied(each) for each in value)
    if type(value) is dict:
        return {key: copied(each) for key, each in value.items()}
    return value


def require_untouched(before: Any, after: Any) -> None:
    """Refuse a copy that no longer equals what it was made from."""
    if not _same(before, after):
        raise AnswerError("your function changes its input; work on a copy (`.clone()`)")


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Tensor):
        if torch._C._functorch.is_functorch_wrapped_tensor(before):
            return True
        if before.shape != after.shape or before.dtype != after.dtype:
            return False
        return bool(((before == after) | ((before != before) & (after != after))).all())
    if type(before) in (list, tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_same(*pair) for pair in pairs)
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[k], after[k]) for k in before)
    return True
