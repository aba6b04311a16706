"""What a panel draws. A mark says which computed array feeds which attribute of a trace.

A reference is the name of an array that `compute` returns, a number, a fixed sequence of numbers,
or `Affine(offset, scale, profile)`, which stands for offset + scale · profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

__all__ = ["Affine", "Area", "Band", "Bars", "Heat", "Line", "Mark", "Panel", "Points", "Rule"]

# Colour-blind safe and legible on white and on black, so that one set serves both themes.
TONES = {
    "density": "#2f7ed8",
    "value": "#e07b00",
    "accent": "#c2477f",
    "support": "#1f9d78",
    "second": "#8a63d2",
    "muted": "#8a919c",
}
SEQUENTIAL = "Cividis"
# ColorBrewer's PuOr, spelt out because the page's script does not know it by name.
DIVERGING = [
    [0.0, "#7f3b08"],
    [0.25, "#e08214"],
    [0.5, "#f7f7f7"],
    [0.75, "#8073ac"],
    [1.0, "#2d004b"],
]


@dataclass(frozen=True)
class Affine:
    """offset + scale · profile: a stored shape put at its place, so that moving it is exact."""

    offset: "Reference"
    scale: "Reference"
    profile: "Reference"

    def spec(self) -> dict:
        """The reference as the page's script reads it."""
        return {"affine": [reference_spec(r) for r in (self.offset, self.scale, self.profile)]}


@dataclass(frozen=True)
class _Twice:
    """The same scalar at both ends of a rule."""

    reference: "Reference"

    def spec(self) -> dict:
        return {"twice": reference_spec(self.reference)}


Reference = str | float | Sequence[float] | np.ndarray | Affine | _Twice


def reference_spec(reference: Reference):
    """A reference as JSON: a name, a number, a list, or an object with one key."""
    if isinstance(reference, (Affine, _Twice)):
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
    if isinstance(reference, _Twice):
        return np.repeat(resolve(reference.reference, values), 2)
    return np.asarray(reference, dtype=float)


@dataclass(frozen=True)
class Layer:
    """One Plotly trace: a fixed `style`, and the references that feed its attributes."""

    style: dict
    binds: dict[str, Reference]
    can_be_held: bool = True

    def names(self) -> set[str]:
        """The computed arrays this layer needs."""

        def walk(reference):
            if isinstance(reference, str):
                return {reference}
            if isinstance(reference, Affine):
                parts = (reference.offset, reference.scale, reference.profile)
                return set().union(*map(walk, parts))
            return walk(reference.reference) if isinstance(reference, _Twice) else set()

        return set().union(*map(walk, self.binds.values()))


class Fed:
    """What every mark shares: `feeds` names the fields that hold references."""

    feeds: ClassVar[tuple[str, ...]] = ()

    def references(self) -> dict[str, Reference]:
        """The references of this mark by field; a field left out has none."""
        fed = {name: getattr(self, name) for name in self.feeds}
        return {name: reference for name, reference in fed.items() if reference is not None}

    def names(self) -> set[str]:
        """The computed arrays that this mark shows."""
        return set().union(*map(names_in, self.references().values()))


def names_in(reference: Reference) -> set[str]:
    """The computed arrays that a reference stands on."""
    if isinstance(reference, Affine):
        parts = (reference.offset, reference.scale, reference.profile)
        return set().union(*map(names_in, parts))
    return {reference} if isinstance(reference, str) else set()


@dataclass(frozen=True)
class Line(Fed):
    """A curve y over x; NaN leaves a gap."""

    feeds = ("x", "y")
    x: Reference
    y: Reference
    label: str = ""
    tone: str = "density"
    dash: bool = False
    width: float = 2.4

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark."""
        line = {"color": TONES[self.tone], "width": self.width, "dash": "dash"}
        if not self.dash:
            del line["dash"]
        style = {"type": "scatter", "mode": "lines", "line": line, **_named(self.label)}
        return [Layer(style, {"x": self.x, "y": self.y})]


@dataclass(frozen=True)
class Area(Fed):
    """A curve filled down to zero: a density and its mass."""

    feeds = ("x", "y")
    x: Reference
    y: Reference
    label: str = ""
    tone: str = "density"

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark."""
        style = {
            "type": "scatter",
            "mode": "lines",
            "fill": "tozeroy",
            "line": {"color": TONES[self.tone], "width": 2.4},
            "fillcolor": _faint(self.tone),
            **_named(self.label),
        }
        return [Layer(style, {"x": self.x, "y": self.y})]


@dataclass(frozen=True)
class Band(Fed):
    """The region between two curves: a spread over seeds, an error bar of a curve."""

    feeds = ("x", "low", "high")
    x: Reference
    low: Reference
    high: Reference
    label: str = ""
    tone: str = "muted"

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark: an invisible lower edge and the filled upper one."""
        edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        fill = {"fill": "tonexty", "fillcolor": _faint(self.tone)}
        return [
            Layer(edge, {"x": self.x, "y": self.low}, False),
            Layer({**edge, **fill, **_named(self.label)}, {"x": self.x, "y": self.high}, False),
        ]


@dataclass(frozen=True)
class Bars(Fed):
    """One bar per entry."""

    feeds = ("x", "y")
    x: Reference
    y: Reference
    label: str = ""
    tone: str = "density"

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark."""
        style = {"type": "bar", "marker": {"color": TONES[self.tone]}, **_named(self.label)}
        return [Layer(style, {"x": self.x, "y": self.y})]


@dataclass(frozen=True)
class Points(Fed):
    """One dot per entry."""

    feeds = ("x", "y")
    x: Reference
    y: Reference
    label: str = ""
    tone: str = "value"
    size: float = 6

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark."""
        marker = {"color": TONES[self.tone], "size": self.size}
        style = {"type": "scatter", "mode": "markers", "marker": marker, **_named(self.label)}
        return [Layer(style, {"x": self.x, "y": self.y})]


@dataclass(frozen=True)
class Rule(Fed):
    """A straight line across the panel at a scalar; NaN hides it."""

    feeds = ("at",)
    at: Reference
    axis: str = "x"
    label: str = ""
    tone: str = "accent"
    dash: bool = True

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark; the other axis of the panel needs a fixed range."""
        other, reach = ("y", panel.y_range) if self.axis == "x" else ("x", panel.x_range)
        if reach is None:
            raise ValueError(f"a Rule on {self.axis} needs a panel with a fixed {other}_range")
        line = {"color": TONES[self.tone], "width": 1.6, "dash": "dot" if self.dash else "solid"}
        style = {"type": "scatter", "mode": "lines", "line": line, **_named(self.label)}
        return [Layer(style, {self.axis: _Twice(self.at), other: tuple(reach)}, False)]


@dataclass(frozen=True)
class Heat(Fed):
    """A matrix as colours; `diverging` when zero is the middle."""

    feeds = ("z", "x", "y")
    z: Reference
    x: Reference | None = None
    y: Reference | None = None
    low: float | None = None
    high: float | None = None
    diverging: bool = False
    label: str = ""

    def layers(self, panel: "Panel") -> list[Layer]:
        """The traces of this mark."""
        style = {
            "type": "heatmap",
            "colorscale": DIVERGING if self.diverging else SEQUENTIAL,
            "colorbar": {"thickness": 10, "outlinewidth": 0, "title": {"text": self.label}},
        }
        if self.low is not None:
            style |= {"zmin": self.low, "zmax": self.high}
        elif self.diverging:
            style |= {"zmid": 0}
        places = {"x": self.x, "y": self.y}
        binds = {"z": self.z, **{axis: r for axis, r in places.items() if r is not None}}
        return [Layer(style, binds, False)]


Mark = Line | Area | Band | Bars | Points | Rule | Heat


@dataclass(frozen=True)
class Panel:
    """A pair of axes and the marks on them.

    Parameters
    ----------
    marks : sequence of Mark
        Drawn in order, the last on top.
    x_label, y_label, title : str
        Plain text; Greek letters are welcome.
    x_range, y_range : tuple or None
        (low, high) in data units, or None to follow the data. Fixed ranges make motion legible.
        `y_range=(high, low)` turns the axis round, as matrices want. An end may be the name of a
        number that `compute` returns.
    x_log, y_log : bool
        Logarithmic axes (ranges stay in data units).
    x_ticks, y_ticks : mapping
        {position: label} where numbers would mislead.
    square : bool
        Same unit on both axes.
    main : bool
        On a phone this panel stands before the controls, the others after them; without one it is
        the first.
    """

    marks: Sequence[Mark]
    x_label: str = ""
    y_label: str = ""
    title: str = ""
    x_range: tuple[float | str, float | str] | None = None
    y_range: tuple[float | str, float | str] | None = None
    x_log: bool = False
    y_log: bool = False
    x_ticks: Mapping[float, str] = field(default_factory=dict)
    y_ticks: Mapping[float, str] = field(default_factory=dict)
    square: bool = False
    main: bool = False

    def layers(self) -> list[Layer]:
        """The traces of every mark, in drawing order."""
        return [layer for mark in self.marks for layer in mark.layers(self)]


def _faint(tone: str) -> str:
    red, green, blue = (int(TONES[tone][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"


def _named(label: str) -> dict:
    return {"name": label}
