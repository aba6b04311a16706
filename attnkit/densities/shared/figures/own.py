"""What the figures of signals share: a reader's own data, the axes of a gesture, points in time."""

import numpy as np
import torch
from torch import Tensor

from attnkit.explore import Axis, Numbers

__all__ = ["ACCELERATION", "GESTURE_TIME", "OWN_SIGNAL", "SIGNAL_ENDS", "midpoints", "reach"]

GESTURE_TIME = Axis("time, as a share of the gesture", (0, 1))
SIGNAL_ENDS = (-0.4, 2.1)
ACCELERATION = Axis("acceleration (1 at rest)", ("low", "high"))

OWN_SIGNAL = Numbers(
    "signal",
    "your own signal",
    least=20,
    most=2000,
    meaning="evenly spaced samples, in place of the recorded gesture",
)


def reach(*shown: Tensor | np.ndarray | float) -> tuple[float, float]:
    """Low and high ends of an axis that holds all of these, with a little room; NaN takes none."""
    numbers = np.concatenate([np.asarray(each, dtype=float).ravel() for each in shown])
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


def midpoints(count: int) -> tuple[Tensor, Tensor]:
    """Points in the middle of `count` equal parts of [0, 1], and the length of each part."""
    points = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    return points, torch.full_like(points, 1 / count)
