"""How torch was built, and on what it computes."""

import os
from collections.abc import Iterator

from attnkit.doctor.finding import Finding

__all__ = ["check_device", "check_threads"]


def check_device() -> Iterator[Finding]:
    """Whether the fastest device that torch sees can add two numbers."""
    import torch

    yield Finding("torch build", _build(torch.version))
    if not torch.accelerator.is_available():
        yield Finding("device", "cpu" + _unused(torch.version))
        return
    device = torch.accelerator.current_accelerator()
    try:
        total = torch.ones(2, device=device).sum().item()
    except Exception as error:
        advice = "compute on the CPU, or bring the driver and the build of torch together"
        found = f"{device} is there, but fails: {type(error).__name__}: {error}"
        yield Finding("device", found, "warning", advice)
        return
    right = total == 2.0
    found = f"{device}, 1 + 1 = {total:g}"
    yield Finding("device", found, "ok" if right else "wrong", "" if right else "use the CPU")


def check_threads() -> Iterator[Finding]:
    """Threads of a sum, of the cores that are there."""
    import torch

    yield Finding("threads", f"{torch.get_num_threads()} of {os.cpu_count()} cores")


def _build(built) -> str:
    for name, number in (("CUDA", built.cuda), ("ROCm", built.hip)):
        if number:
            return f"for {name} {number}"
    return "for the CPU (and, on a Mac, MPS)"


def _unused(built) -> str:
    return " (torch finds no GPU that it can use)" if built.cuda or built.hip else ""
