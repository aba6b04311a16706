"""How much an answer computes: the numbers that torch's operations take and make, counted."""

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from attnkit.coursework import compare

__all__ = ["grows_with_length", "work"]

MOST = 2.7
"""Of twice the length: what is linear takes 2, a scan of n log n up to 2.4, all pairs nearly 4."""
_MOVES = ("cat", "stack", "clone", "copy", "index", "gather", "scatter", "pad", "fill", "zero")


class _Counting(TorchDispatchMode):
    """Adds up sizes; what only moves numbers or looks at some of them costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        name = func._schema.name
        if not func.is_view and not any(word in name for word in _MOVES):
            self.numbers += _numbers(args) + _numbers(made)
        return made


def work(answer: Callable, *args: Any) -> int:
    """Return how many numbers the operations of one call take and make. Defined here."""
    with _Counting() as counting:
        answer(*args)
    return counting.numbers


def grows_with_length(answer: Callable, once: tuple, twice: tuple) -> str | None:
    """Say whether twice the length costs much more than twice as much."""
    return compare.at_most(
        float(work(answer, *twice)),
        MOST * work(answer, *once),
        what="the work that twice as many tokens take",
    )


def _numbers(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return sum(_numbers(each) for each in value)
    return value.numel() if isinstance(value, Tensor) else 0
