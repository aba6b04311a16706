"""What many figures share: an alpha slider, rows of one length, marks at a number or a support."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from attnkit.explore.controls import Slider
from attnkit.explore.marks import Affine, Line, Reference

__all__ = ["alpha_slider", "intervals_drawn", "one_point", "padded", "support_line", "where"]


def alpha_slider(stops: Sequence[float], *, default: float = 2.0, meaning: str) -> Slider:
    """The alpha of a family from dense (1) to sparse (2): the support changes with a kink."""
    return Slider("alpha", "α", stops=stops, default=default, step=0.05, meaning=meaning)


def padded(rows: Tensor | np.ndarray, length: int) -> np.ndarray:
    """Rows made longer by NaN, which draws nothing: arrays keep their shape at every setting."""
    rows = np.asarray(rows, dtype=float)
    room = [(0, 0)] * (rows.ndim - 1) + [(0, length - rows.shape[-1])]
    return np.pad(rows, room, constant_values=np.nan)


def intervals_drawn(intervals: Sequence[tuple[float, float]], most: int) -> np.ndarray:
    """Ends of up to `most` intervals with a gap after each, as a `support_line` wants them."""
    drawn = np.full((most, 3), np.nan)
    drawn[: len(intervals), :2] = intervals
    return drawn.reshape(-1)


def support_line() -> Line:
    """The intervals of `support`, drawn at the height of the `threshold`."""
    at = where("threshold", "support")
    return Line("support", at, label="support", tone="support", width=5)


def where(number: Reference, known: Reference) -> Affine:
    """A number wherever another array is known."""
    return Affine(number, 0.0, known)


def one_point(number: Reference) -> Affine:
    """A number as an array with one entry, for a single dot."""
    return Affine(number, 0.0, [1.0])
