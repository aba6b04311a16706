"""One thread for a unit: on tiny tensors two are several times slower; sums keep their order."""

import functools
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

__all__ = ["one_thread"]


class _Process:
    """How many blocks are open in the threads of this process, and what follows the last one."""

    def __init__(self) -> None:
        self.lock, self.n_open, self.after = threading.Lock(), 0, ExitStack()

    def enter(self) -> None:
        with self.lock:
            if not self.n_open:
                self.after.callback(torch.set_num_threads, torch.get_num_threads())
                self._limit_blas()
            self.n_open += 1
        torch.set_num_threads(1)  # torch has a number for each thread of Python

    def leave(self) -> None:
        with self.lock:
            self.n_open -= 1
            if not self.n_open:
                self.after.close()

    def _limit_blas(self) -> None:
        if (libraries := _libraries(len(sys.modules))) is not None:
            self.after.enter_context(libraries.limit(limits=1, user_api="blas"))


_PROCESS = _Process()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch, and numpy's BLAS if threadpoolctl is there, use one thread; restored at the end.

    Blocks may overlap in the threads of a process: the last to end restores what the first found.
    Around a pool let both be the same thread's: threadpoolctl lets the thread that has set
    OpenBLAS's number change it again, and silently no other.
    """
    _PROCESS.enter()
    try:
        yield
    finally:
        _PROCESS.leave()


@functools.lru_cache(maxsize=1)
def _libraries(n_modules: int) -> Any:
    """The BLAS libraries in this process, looked for again when a module has been imported."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
