"""What a reader moves in Jupyter only: numbers whose grid no page could store, and own data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated

import numpy as np
import torch

from attnkit.arguments import Range, checked
from attnkit.explore.controls import Control, Number, Step, Value, number_within, require_reach

__all__ = ["Free", "Hand", "Numbers", "complete"]


@checked
@dataclass(frozen=True)
class Free:
    """A number that moves in Jupyter only: `compute` gives it the same default.

    For the many hands of a figure, such as one for each coefficient, whose grid no page could
    store. The page offers presets instead, and the figure's `page_note` says so.
    """

    name: str
    label: str
    _: KW_ONLY
    low: Number
    high: Number
    default: Number
    step: Step
    meaning: str = ""
    kind = "slider"

    def __post_init__(self):
        require_reach(self)

    def accept(self, value: object) -> float:
        """The value as `compute` takes it; ValueError or TypeError for what no reader could set."""
        return number_within(self, value)


@checked
@dataclass(frozen=True)
class Numbers:
    """A row of the reader's own numbers, in Jupyter only: typed, pasted, or handed over in Python.

    `compute` gets a tuple of floats; the empty one, its default, stands for the figure's own data.

    Parameters
    ----------
    name, label : str
        The keyword of `compute`, and what the reader sees.
    least, most : int
        How many numbers it takes.
    meaning : str
        One line: what the numbers are.
    """

    name: str
    label: str
    least: Annotated[int, Range(1, 100_000)] = 1
    most: Annotated[int, Range(1, 100_000)] = 1000
    meaning: str = ""
    kind = "numbers"
    default = ()

    def __post_init__(self):
        if self.least > self.most:
            raise ValueError(f"most must be at least least={self.least}, got {self.most}")

    def accept(self, value: object) -> tuple[float, ...]:
        """A text, list, numpy array, tensor or pandas column as a tuple of floats.

        Raises
        ------
        TypeError
            If it is not one row of real numbers.
        ValueError
            If an entry is not finite or can't be read, or there are too few or too many.
        """
        row = _read(self.name, value) if isinstance(value, str) else _row(self.name, value)
        if row and not self.least <= len(row) <= self.most:
            raise ValueError(
                f"{self.name} must hold {self.least} to {self.most} numbers, got {len(row)}"
            )
        return row


Hand = Control | Free | Numbers


def complete(hands: Sequence[Hand], params: Mapping[str, object]) -> dict[str, Value | tuple]:
    """The value of every control: from `params` where it is named there, else its default.

    Raises
    ------
    ValueError, TypeError
        If `params` names no control of the figure, or a value that it can't take.
    """
    known = [hand.name for hand in hands]
    for name in params:
        if name not in known:
            raise ValueError(f"params names {name!r}, which is no control: there are {known}")
    return {
        hand.name: hand.accept(params[hand.name]) if hand.name in params else hand.default
        for hand in hands
    }


def _row(name: str, value: object) -> tuple[float, ...]:
    array = _array(value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise TypeError(
            f"{name} must be one row of real numbers (a list, array, tensor or column), got "
            f"{type(value).__name__} of shape {array.shape} and dtype {array.dtype}"
        )
    row = array.astype(float)
    if not np.isfinite(row).all():
        raise ValueError(f"{name} must hold finite numbers, got {row[~np.isfinite(row)][0]}")
    return tuple(row.tolist())


def _array(value: object) -> np.ndarray:
    """As numpy sees it; what it can't see as one block becomes an array of objects."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().tolist()
    try:
        return np.asarray(() if value is None else value)
    except ValueError:
        return np.asarray(value, dtype=object)


def _read(name: str, text: str) -> tuple[float, ...]:
    """Numbers between commas or blanks; a caret stands under the first that is none."""
    row = []
    for word in re.finditer(r"[^\s,;\[\]()]+", text):
        try:
            row.append(float(word[0]))
        except ValueError:
            raise ValueError(
                f"{name}: {word[0]!r} is no number\n{text}\n{' ' * word.start()}^"
            ) from None
    return _row(name, row)
