"""A reader's own data in a figure: the signal's control, and axes that reach as far as the data."""

import numpy as np
from torch import Tensor

from attnkit.explore import Numbers

__all__ = ["OWN_SIGNAL", "reach"]

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
