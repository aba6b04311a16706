"""What a reader can move: sliders, steps, choices and (in Jupyter) free text."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Annotated

import numpy as np

from attnkit.annotations import rule_of
from attnkit.arguments import Range, checked
from attnkit.shapes import Scope

__all__ = ["Choice", "Control", "Slider", "Steps", "Text", "Value", "number_within"]

Value = float | str
Number = Annotated[float, Range()]
Step = Annotated[float, Range(0.0, open=True)]


@checked
@dataclass(frozen=True)
class Slider:
    """A number that moves continuously; the static page interpolates between `grid` points.

    Parameters
    ----------
    name, label : str
        The keyword of `compute`, and what the reader sees (`label` may hold Greek letters).
    low, high, default : float
        Range and start.
    step : float
        One press of an arrow key.
    grid : int or sequence of float
        The values stored by the page: a count of equally spaced points, or the points themselves
        (sorted, from `low` to `high`; denser where the figure bends).
    meaning : str
        One line: what the number is, with its unit.
    snap : bool
        The page stops at the stored values instead of interpolating: for figures with kinks.
        Jupyter moves freely either way.
    """

    name: str
    label: str
    low: Number
    high: Number
    default: Number
    step: Step
    grid: Annotated[int, Range(2, 10_000)] | Sequence[Number] = 21
    meaning: str = ""
    snap: bool = False

    def __post_init__(self):
        if not self.low <= self.default <= self.high or self.low == self.high or self.step <= 0:
            raise ValueError(
                f"slider {self.name!r} needs low <= default <= high, low < high and step > 0, "
                f"got {self.low}, {self.default}, {self.high}, step {self.step}"
            )
        for reach in (self.default - self.low, self.high - self.low):
            if abs(reach / self.step - round(reach / self.step)) > 1e-6:
                raise ValueError(
                    f"slider {self.name!r}: default and high must be whole steps of {self.step} "
                    f"above {self.low}, got {self.default} and {self.high}"
                )
        points = self.stored
        if self.snap and self.default not in points:
            raise ValueError(f"the default of slider {self.name!r} must be stored, as it snaps")
        if points[0] != self.low or points[-1] != self.high or list(points) != sorted(points):
            raise ValueError(f"the grid of slider {self.name!r} must rise from low to high")

    @property
    def kind(self) -> str:
        """How the page shows it."""
        return "steps" if self.snap else "slider"

    def accept(self, value: object) -> float:
        """The value as `compute` takes it; ValueError or TypeError for what no reader could set."""
        return number_within(self, value)

    @property
    def stored(self) -> tuple[float, ...]:
        """The values the static page stores."""
        if isinstance(self.grid, int):
            return tuple(np.linspace(self.low, self.high, self.grid).round(12).tolist())
        return tuple(float(value) for value in self.grid)


class _Listed:
    """A control whose every value is stored."""

    def __post_init__(self):
        if not self.stored or self.default not in self.stored:
            raise ValueError(
                f"the default of control {self.name!r} must be one of {self.stored}, "
                f"got {self.default!r}"
            )

    def accept(self, value: object) -> Value:
        """The listed value that equals this one, or ValueError."""
        if isinstance(value, (Real, str)) and not isinstance(value, bool) and value in self.stored:
            return self.stored[self.stored.index(value)]
        raise ValueError(f"{self.name} must be one of {self.stored}, got {value!r}")


@checked
@dataclass(frozen=True)
class Steps(_Listed):
    """A number that takes only the listed `values`: counts, and sliders that cross a kink."""

    name: str
    label: str
    values: Sequence[Number]
    default: Number
    meaning: str = ""
    kind = "steps"

    @property
    def stored(self) -> tuple[float, ...]:
        """Every value, in order."""
        return tuple(self.values)


@checked
@dataclass(frozen=True)
class Choice(_Listed):
    """One of a few named options, passed to `compute` as its name."""

    name: str
    label: str
    options: Sequence[str]
    default: str
    meaning: str = ""
    kind = "choice"

    @property
    def stored(self) -> tuple[str, ...]:
        """Every option, in order."""
        return tuple(self.options)


@checked
@dataclass(frozen=True)
class Text(_Listed):
    """Free text in Jupyter; on the static page one of the `presets`.

    `compute` must raise ValueError for a text it can't use; the message is shown to the reader.
    """

    name: str
    label: str
    presets: Sequence[str]
    default: str
    meaning: str = ""
    kind = "text"

    @property
    def stored(self) -> tuple[str, ...]:
        """Every preset, in order."""
        return tuple(self.presets)

    def accept(self, value: object) -> str:
        """Any text: whether it can be used is for `compute` to say. TypeError for anything else."""
        if not isinstance(value, str):
            raise TypeError(f"{self.name} must be a str, got {value!r}")
        return value


Control = Slider | Steps | Choice | Text


def number_within(control, value: object) -> float:
    """A finite number from `low` to `high` of a control that slides, by the library's boundary."""
    rule = rule_of(Annotated[float, Range(control.low, control.high)], control.default)
    return float(rule(control.name, value, Scope()))
