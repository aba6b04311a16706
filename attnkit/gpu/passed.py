"""Which kernels have passed their tests on real hardware: what `benchmarks/gpu.py` wrote down.

It writes all it measured to `results/gpu.json`, and what passed beside this module, for a package
that carries no results.
"""

import json
from functools import cache
from pathlib import Path

import torch

__all__ = ["RECORDED", "architecture", "passed", "passed_here", "passed_on"]

RECORDED = Path(__file__).with_name("recorded.json")
"""The names of the functions whose kernels have passed, by architecture."""


def passed(function: str, device: torch.device) -> bool:
    """Whether the kernel of `function` has passed on a device of this compute capability."""
    return passed_on(function, architecture(device), _record())


def passed_here(device: torch.device) -> list[str]:
    """The names of the functions whose kernels have passed on such a device."""
    return list(_record()["passed"].get(architecture(device), []))


def architecture(device: torch.device) -> str:
    """Such as sm_90; AMD counts its own, and its 9.0 is no Hopper."""
    major, minor = torch.cuda.get_device_capability(device)
    return f"{'gfx' if torch.version.hip else 'sm'}_{major}{minor}"


def passed_on(function: str, on: str, record: dict) -> bool:
    """Whether a record says that a kernel has passed on an architecture."""
    return function in record["passed"].get(on, [])


@cache
def _record() -> dict:
    return json.loads(RECORDED.read_text(encoding="utf-8"))
