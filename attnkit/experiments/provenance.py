"""Where a number comes from: versions, kind of machine, device and date, and nothing personal."""

import datetime
import importlib.metadata
import platform

import numpy as np
import torch

__all__ = ["provenance", "versions"]


def versions() -> dict[str, str]:
    """Return the versions that can change a number."""
    try:
        own = importlib.metadata.version("attnkit")
    except importlib.metadata.PackageNotFoundError:
        own = "unreleased"
    return {
        "attnkit": own,
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def provenance(
    device: str, wall_seconds: float, executor: str, workers: int
) -> dict[str, str | float]:
    """Return versions, platform, device, workers, seconds of work, day: no host, path or user.

    The seconds are the sum over units; `workers` counts the threads or processes that did units.
    """
    return {
        **versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "device": torch.cuda.get_device_name() if device == "cuda" else device,
        "executor": executor,
        "workers": workers,
        "wall_s": round(wall_seconds, 3),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
