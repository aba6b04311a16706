"""Which way a call goes, by the device of its tensors, and a note of it for `diagnostics.paths`."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from subprocess import SubprocessError
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.gpu.passed import passed

__all__ = ["TAKEN", "TakenPath", "runs_fused", "trying"]


class TakenPath(NamedTuple):
    """Which implementation answered the last call, on what device, and why that one."""

    path: str
    device: str
    why: str


TAKEN: dict[str, TakenPath] = {}
"""The last path of each function that has two, by the function's name."""

_TRYING: ContextVar[bool] = ContextVar("trying", default=False)


def runs_fused(function: str, tensor: Tensor, unsuited: str | None = None) -> bool:
    """Whether this call of `function` takes its fused kernel; `TAKEN` keeps the answer and why.

    `unsuited` says in words what the kernel cannot do of what was asked, or is None. Compiled code
    takes the torch path, and leaves no note.
    """
    if torch.compiler.is_compiling():
        return False
    reason = _against(function, tensor, unsuited)
    TAKEN[function] = TakenPath(
        "torch" if reason else "triton", str(tensor.device), reason or "the kernel suits the call"
    )
    return reason is None


def _against(function: str, tensor: Tensor, unsuited: str | None) -> str | None:
    """Return the first reason against the kernel, in words, or None."""
    if not tensor.is_cuda:
        return f"the tensors are on {tensor.device.type}"
    if not _triton_is_there():
        return "Triton is not installed"
    if unsuited:
        return unsuited
    if _TRYING.get() or passed(function, tensor.device):
        return _unlaunchable()
    return "the kernel has not passed its tests on such a device: python benchmarks/gpu.py"


@cache
def _triton_is_there() -> bool:
    return importlib.util.find_spec("triton") is not None


@cache
def _unlaunchable() -> str | None:
    """Why nothing can be launched here, or None: a C compiler builds Triton's driver on first use.

    A machine with torch and Triton may well have no compiler, and then the torch path serves.
    """
    from triton.runtime import driver

    try:
        driver.active.get_current_target()
    except (RuntimeError, OSError, ImportError, AssertionError, SubprocessError) as error:
        return f"Triton cannot launch here ({f'{type(error).__name__}: {error}'.splitlines()[0]})"
    return None


@contextmanager
def trying() -> Iterator[None]:
    """A block in which kernels run on any CUDA device: for the tests that let them pass."""
    token = _TRYING.set(True)
    try:
        yield
    finally:
        _TRYING.reset(token)
