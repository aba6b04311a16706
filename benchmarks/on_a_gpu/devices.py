"""A CUDA device and its events, or the CPU in its place for a dry run."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata

import torch

from attnkit.gpu.passed import architecture

__all__ = ["Device"]

_PACKAGES = ("torch", "triton", "flash-linear-attention", "fla-core", "adasplash")
_FLUSHED = 256 * 2**20
"""Bytes written before each run against the clock: more than any level-two cache holds."""


class Device:
    """Clocks and memory of a device, by its name, "cuda" or "cpu"."""

    def __init__(self, name: str):
        self.name = name
        self.is_cuda = name == "cuda"
        n_bytes = _FLUSHED if self.is_cuda else 1
        self._flushed = torch.empty(n_bytes, dtype=torch.uint8, device=name)

    @property
    def architecture(self) -> str:
        """Such as sm_90."""
        return architecture(torch.device("cuda")) if self.is_cuda else "cpu"

    def described(self) -> dict:
        """Device, driver and versions, for the record."""
        versions = {"python": sys.version.split()[0], "cuda": torch.version.cuda}
        for package in _PACKAGES:
            try:
                versions[package] = metadata.version(package)
            except metadata.PackageNotFoundError:
                versions[package] = None
        device = torch.cuda.get_device_name() if self.is_cuda else "cpu"
        return {"device": device, "driver": _driver(), "versions": versions}

    def seconds(self, run: Callable[[], object]) -> float:
        """Of one run, after the level-two cache has been filled with something else."""
        self._flushed.zero_()
        if not self.is_cuda:
            start = time.perf_counter()
            run()
            return time.perf_counter() - start
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1e3

    def peak_bytes(self, run: Callable[[], object]) -> int | None:
        """What one run needs at most beside what is there already; None on the CPU."""
        if not self.is_cuda:
            return None
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated() - before

    def interleaved(self, runs: dict[str, Callable], *, rounds: int, until: float) -> dict:
        """Median seconds of each: every round runs all of them, so a slow spell hits all."""
        took: dict[str, list[float]] = {name: [] for name in runs}
        for i in range(rounds):
            if i and time.monotonic() > until:
                break
            for name, run in runs.items():
                took[name].append(self.seconds(run))
        return {name: statistics.median(found) for name, found in took.items()}


def _driver() -> str | None:
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.splitlines()[0].strip() if done.stdout else None
