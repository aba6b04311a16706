"""The global generator of torch, for what draws from no other: the first weights of a module."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import torch

from attnkit.arguments import Range, checked

__all__ = ["global_seed"]

_ONE_AT_A_TIME = threading.Lock()


@checked
def global_seed(seed: Annotated[int, Range(0, 2**63 - 1)]):
    """Seed torch's global generator for a block, and give it back as it was.

    One block at a time in a process: in a pool of threads two would draw from one row of numbers.
    Keep it as short as the making of a module.

    Parameters
    ----------
    seed : int
        As of `torch.manual_seed`.

    Returns
    -------
    context manager

    Raises
    ------
    TypeError, ValueError
        For a seed that is none.
    """
    return _seeded(seed)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    with _ONE_AT_A_TIME, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
