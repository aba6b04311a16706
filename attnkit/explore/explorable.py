"""An Explorable: one declaration of a moving figure, alive in Jupyter and on a static page."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from attnkit.arguments import Range, checked
from attnkit.explore.completed import Completed
from attnkit.explore.controls import Control, Value
from attnkit.explore.free import Free, Hand, Numbers, complete
from attnkit.explore.listed import settle
from attnkit.explore.panels import Panel
from attnkit.explore.readout import Readout

__all__ = ["Explorable", "Values"]

Values = dict[str, np.ndarray | float]


@checked
@dataclass(frozen=True, repr=False)
class Explorable:
    """A moving figure, declared once.

    Parameters
    ----------
    name : str
        Its name in `gallery()`, in the page and in links: lower-case words joined by hyphens.
    title, caption, alt : str
        Heading; one or two sentences under the figure; what a reader who can't see it needs. They
        may be broken into lines like any prose.
    compute : callable
        `compute(**params) -> {name: array or float}`: pure, deterministic, under 30 ms, and of the
        same shapes for every setting (pad with NaN). Every number comes from attnkit itself. A
        keyword that is left out has the default of its control; what a control lists is held to it.
    controls : sequence of Control
        What the reader moves. Their names are the keywords of `compute`.
    panels : sequence of Panel
        What is drawn.
    readouts : sequence of Readout
        Numbers shown beside the figure.
    depends : mapping
        For each array, or tuple of arrays, the names of the controls it depends on; arrays left out
        depend on all. The static page stores an array only on the grid of these.
    tolerance : float
        How far the page's interpolation may be from `compute`, as a fraction of the array's range.
    free : sequence of Free or Numbers
        What the reader moves in Jupyter only; `compute` has the same defaults for them.
    page_note : str
        One sentence for what the static page offers less than Jupyter.
    compute_many : callable, optional
        `compute_many(settings) -> [values, ...]`: what `compute` gives for each setting of a list,
        where many together cost less; the page's grid is sampled by it.
    """

    name: str
    title: str
    compute: Callable[..., Values]
    controls: Sequence[Control]
    panels: Sequence[Panel]
    caption: str
    alt: str
    readouts: Sequence[Readout] = ()
    depends: Mapping[str | tuple[str, ...], Sequence[str]] = field(default_factory=dict)
    tolerance: Annotated[float, Range(0.0, 1.0)] = 1e-2
    free: Sequence[Free | Numbers] = ()
    page_note: str = ""
    compute_many: Callable[[Sequence[Mapping[str, Value]]], Sequence[Values]] | None = None

    def __post_init__(self):
        depends = _array_by_array(self.depends)
        unknown = {name for names in depends.values() for name in names} - {*self.sliders}
        if unknown:
            raise ValueError(f"{self.name}: depends names unknown controls {sorted(unknown)}")
        arguments = inspect.signature(self.compute).parameters
        for hand in self.free:
            if hand.name not in arguments or arguments[hand.name].default != hand.default:
                raise ValueError(
                    f"{self.name}: compute needs {hand.name}={hand.default}, as its free control"
                )
        prose = {text: _one_line(getattr(self, text)) for text in ("caption", "alt", "page_note")}
        settle(self, depends=depends, compute=Completed(self.compute, self.controls), **prose)

    def __repr__(self) -> str:
        return f"<Explorable {self.name!r}: {self.title} ({', '.join(self.sliders)})>"

    @property
    def hands(self) -> tuple[Hand, ...]:
        """Everything a reader moves in Jupyter; a page has the `controls` alone."""
        return (*self.controls, *self.free)

    @property
    def sliders(self) -> dict[str, Control]:
        """Every control that both hosts have, by name."""
        return {control.name: control for control in self.controls}

    @property
    def defaults(self) -> dict[str, Value]:
        """The setting a reader meets first."""
        return {control.name: control.default for control in self.controls}

    def static_grid(self) -> dict[str, tuple[Value, ...]]:
        """For each control the values stored by the static page."""
        return {control.name: control.stored for control in self.controls}

    def as_code(self, params: Mapping[str, Value]) -> str:
        """The Python line that recomputes what is shown."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in params.items())
        return (
            "from attnkit.explore import gallery\n"
            f'values = gallery()["{self.name}"].compute({arguments})'
        )

    def still(self, **params: object) -> bytes:
        """The picture of a setting as SVG, for where nothing moves."""
        from attnkit.explore.still import still_svg

        return still_svg(self.panels, self.compute(**complete(self.hands, params)))

    def show(self, **params: object):
        """The live figure as a Jupyter widget, whose `params` can be set, observed and linked.

        Parameters
        ----------
        **params
            Where its controls start: `show(alpha=2.0)`, `show(scores=frame["score"])`.

        Raises
        ------
        ValueError, TypeError
            If `params` names no control or a value it can't take, or if `compute` refuses.
        """
        return _live().LiveFigure(self, **params)

    def _ipython_display_(self):
        _live().display(self)


def _live():
    """What shows a figure in Jupyter knows what a figure is: imported when one is shown."""
    from attnkit.explore import live

    return live


def _array_by_array(depends: Mapping) -> dict[str, Sequence[str]]:
    """Each array with its controls, where several stand together before the same ones."""
    return {
        array: controls
        for arrays, controls in depends.items()
        for array in ([arrays] if isinstance(arrays, str) else arrays)
    }


def _one_line(prose: str) -> str:
    return " ".join(prose.split())
