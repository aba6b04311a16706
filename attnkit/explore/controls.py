"""What a reader can move: sliders here, what takes only listed values beside it."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated

import numpy as np

from attnkit.annotations import rule_of
from attnkit.arguments import Range, checked
from attnkit.explore.listed import Choice, Number, Steps, Text, Value, settle
from attnkit.shapes import Scope

__all__ = ["Control", "Number", "Slider", "Step", "Value", "number_within", "require_reach"]

Step = Annotated[float, Range(0.0, open=True)]


@checked
@dataclass(frozen=True)
class Slider:
    """A number that moves continuously; the static page interpolates between `grid` points.

    Parameters
    ----------
    name, label : str
        The keyword of `compute`, and what the reader sees (`label` may hold Greek letters); the
        name itself where no label is given.
    low, high : float
        Range. A listed grid and `stops` reach from low to high, so that both may be left out.
    default : float
        Start.
    step : float
        One press of an arrow key.
    grid : int or sequence of float
        The values stored by the page: a count of equally spaced points, or the points themselves
        (sorted, from `low` to `high`; denser where the figure bends). Left out, every step is one.
    stops : sequence of float
        In place of a grid: the values at which the page stops, where interpolation would lie, as
        across a kink. Jupyter moves freely between them.
    meaning : str
        One line: what the number is, with its unit.
    """

    name: str
    label: str = ""
    _: KW_ONLY
    low: Number | None = None
    high: Number | None = None
    default: Number
    step: Step
    grid: Annotated[int, Range(2, 10_000)] | Sequence[Number] | None = None
    stops: Sequence[Number] = ()
    meaning: str = ""

    def __post_init__(self):
        low, high = (self._end(at, i) for at, i in ((self.low, 0), (self.high, -1)))
        settle(self, label=self.label or self.name, low=low, high=high)
        require_reach(self)
        for reach in (self.default - low, high - low):
            if abs(reach / self.step - round(reach / self.step)) > 1e-6:
                raise ValueError(
                    f"slider {self.name!r}: default and high must be whole steps of {self.step} "
                    f"above {low}, got {self.default} and {high}"
                )
        points = self.stored
        if self.stops and self.default not in points:
            raise ValueError(f"the default of slider {self.name!r} must be one of its stops")
        if {low, high} - {*points[:1], *points[-1:]} or list(points) != sorted(points):
            raise ValueError(f"the grid of slider {self.name!r} must rise from low to high")

    def _end(self, given: float | None, place: int) -> float:
        """An end of the range: as given, or as listed."""
        listed = self.stops or self.grid
        if given is None and (isinstance(listed, int) or not listed):
            raise ValueError(f"slider {self.name!r} needs low and high, or a grid that lists both")
        return listed[place] if given is None else given

    @property
    def kind(self) -> str:
        """How the page shows it."""
        return "steps" if self.stops else "slider"

    def accept(self, value: object) -> float:
        """The value as `compute` takes it; ValueError or TypeError for what no reader could set."""
        return number_within(self, value)

    @property
    def stored(self) -> tuple[float, ...]:
        """The values the static page stores."""
        listed = self.stops or self.grid
        if listed is None:
            listed = 1 + round((self.high - self.low) / self.step)
        if isinstance(listed, int):
            listed = np.linspace(self.low, self.high, listed).round(12)
        return tuple(float(value) for value in listed)


Control = Slider | Steps | Choice | Text


def number_within(control, value: object) -> float:
    """A finite number from `low` to `high` of a control that slides, by the library's boundary."""
    rule = rule_of(Annotated[float, Range(control.low, control.high)], control.default)
    return float(rule(control.name, value, Scope()))


def require_reach(control) -> None:
    """Refuse a control that slides nowhere, or starts outside its reach."""
    if not control.low <= control.default <= control.high or control.low == control.high:
        raise ValueError(
            f"control {control.name!r} needs low <= default <= high and low < high, "
            f"got {control.low}, {control.default}, {control.high}"
        )
