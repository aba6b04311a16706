"""Kernel densities on a device beside one core."""

import time
from collections.abc import Iterator

import torch

from benchmarks.kernel_densities import SharedNodesReader
from benchmarks.on_a_gpu.devices import Device
from benchmarks.turns import best_times

__all__ = ["compared"]

MODES = ("forward", "forward_and_backward")
N_ROUNDS = 3


def compared(device: Device, until: float) -> Iterator[dict]:
    """Seconds of one core and of the device, and their ratio, while there is time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for alpha in (1.5, 2.0):
            core, other = (SharedNodesReader(name, alpha) for name in ("cpu", device.name))
            for mode in MODES:
                if time.monotonic() > until:
                    return
                yield _row(device, alpha, mode, getattr(core, mode), getattr(other, mode))
    finally:
        torch.set_num_threads(before)


def _row(device: Device, alpha: float, mode: str, on_core, on_device) -> dict:
    core = best_times({mode: on_core}, rounds=N_ROUNDS)[mode]
    on_device()
    here = min(device.seconds(on_device) for _ in range(N_ROUNDS))
    return {"alpha": alpha, "mode": mode, "core_s": core, "device_s": here, "ratio": core / here}
