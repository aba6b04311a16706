"""What is drawn in a panel. A mark says which computed arrays feed it, and how it looks.

A reference is the name of an array that `compute` returns, a number, a fixed sequence of numbers,
or `Affine(offset, scale, profile)`, which stands for offset + scale · profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np

from attnkit.arguments import Range, checked
from attnkit.explore.listed import Number

__all__ = ["Affine", "Area", "Band", "Bars", "Heat", "Line", "Mark", "Points", "Rule"]

# Told apart with any colour vision and legible on white and on black, so that one set serves both
# themes (tests/explore/test_tones.py).
TONES = {
    "density": "#4671dd",
    "value": "#e07b00",
    "accent": "#b74a9e",
    "support": "#19a666",
    "second": "#b084d4",
    "muted": "#8e989d",
}

Tone = Literal[tuple(TONES)]
Size = Annotated[float, Range(0.0, 100.0)]


@checked
@dataclass(frozen=True)
class Affine:
    """offset + scale · profile: a stored shape put at its place, so that moving it is exact."""

    offset: "Reference"
    scale: "Reference"
    profile: "Reference"

    def spec(self) -> dict:
        """The reference as the page's script reads it."""
        return {"affine": [reference_spec(r) for r in (self.offset, self.scale, self.profile)]}


Reference = str | Number | Sequence[Number] | np.ndarray | Affine


def reference_spec(reference: Reference):
    """A reference as JSON: a name, a number, a list, or an object with one key."""
    if isinstance(reference, Affine):
        return reference.spec()
    return reference if isinstance(reference, (str, int, float)) else [*map(float, reference)]


def resolve(reference: Reference, values: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """The array a reference stands for."""
    if isinstance(reference, str):
        return np.asarray(values[reference], dtype=float)
    if isinstance(reference, Affine):
        offset, scale, profile = (
            resolve(r, values) for r in (reference.offset, reference.scale, reference.profile)
        )
        return offset + scale * profile
    return np.asarray(reference, dtype=float)


class Fed:
    """What every mark shares: `feeds` names the fields that hold references."""

    feeds: ClassVar[tuple[str, ...]] = ()

    def references(self) -> dict[str, Reference]:
        """The references of this mark by field; a field left out has none."""
        fed = {name: getattr(self, name) for name in self.feeds}
        return {name: reference for name, reference in fed.items() if reference is not None}

    def arrays(self) -> set[str]:
        """The computed arrays that this mark shows."""
        return set().union(*map(names_in, self.references().values()))


def names_in(reference: Reference) -> set[str]:
    """The computed arrays that a reference stands on."""
    if isinstance(reference, Affine):
        parts = (reference.offset, reference.scale, reference.profile)
        return set().union(*map(names_in, parts))
    return {reference} if isinstance(reference, str) else set()


@dataclass(frozen=True)
class _Curve(Fed):
    """Whatever shows y over x."""

    feeds = ("x", "y")
    x: Reference
    y: Reference
    label: str = ""
    tone: Tone = "density"


@checked
@dataclass(frozen=True)
class Line(_Curve):
    """A curve y over x; NaN leaves a gap."""

    dash: bool = False
    width: Size = 2.4


@checked
@dataclass(frozen=True)
class Area(_Curve):
    """A curve filled down to zero: a density and its mass."""


@checked
@dataclass(frozen=True)
class Bars(_Curve):
    """One bar per entry."""


@checked
@dataclass(frozen=True)
class Points(_Curve):
    """One dot per entry; each may have a name, which stands beside it where there is room."""

    tone: Tone = "value"
    size: Size = 6
    names: Sequence[str] = ()


@checked
@dataclass(frozen=True)
class Band(Fed):
    """The region between two curves: a spread over seeds, an error bar of a curve."""

    feeds = ("x", "low", "high")
    x: Reference
    low: Reference
    high: Reference
    label: str = ""
    tone: Tone = "muted"


@checked
@dataclass(frozen=True)
class Rule(Fed):
    """A straight line across the panel at a scalar; NaN hides it."""

    feeds = ("at",)
    at: Reference
    axis: Literal["x", "y"] = "x"
    label: str = ""
    tone: Tone = "accent"
    dash: bool = True


@checked
@dataclass(frozen=True)
class Heat(Fed):
    """A matrix as colours; `diverging` when zero is the middle.

    `ticks` {value: text} stand beside the ramp where the values are kinds and no numbers.
    """

    feeds = ("z", "x", "y")
    z: Reference
    x: Reference | None = None
    y: Reference | None = None
    low: Number | None = None
    high: Number | None = None
    diverging: bool = False
    label: str = ""
    ticks: Mapping[float, str] = field(default_factory=dict)

    def __post_init__(self):
        ends = (self.low, self.high)
        if ends != (None, None) and (None in ends or self.low >= self.high):
            raise ValueError(f"low and high must rise, or both be left out, got {ends}")


Mark = Line | Area | Band | Bars | Points | Rule | Heat
