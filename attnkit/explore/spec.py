"""A figure as JSON: everything its script needs but the numbers, the same for every host."""

from collections.abc import Mapping

from attnkit.explore.controls import Control
from attnkit.explore.explorable import Explorable
from attnkit.explore.free import Free, Numbers
from attnkit.explore.marks import Heat, Mark, Points, reference_spec
from attnkit.explore.panels import Axis, Panel
from attnkit.words import words

__all__ = ["figure_spec"]

# Curves and bars can be held as ghosts.
_HELD = {"line", "area", "bars", "points"}
# Evenly spaced colours of matplotlib's cividis, and of ColorBrewer's PuOr at its quarters.
_SEQUENTIAL = (
    *("#00224e", "#083370", "#35456c", "#4f576c", "#666970", "#7d7c78"),
    *("#948e77", "#aea371", "#c8b866", "#e5cf52", "#fee838"),
)
_DIVERGING = ("#7f3b08", "#e08214", "#f7f7f7", "#8073ac", "#2d004b")


def figure_spec(explorable: Explorable) -> dict:
    """Describe a figure to its front end.

    Parameters
    ----------
    explorable : Explorable
        The figure.

    Returns
    -------
    dict
        Texts and `words`, `controls`, the `free` ones that only a kernel can answer, `readouts` and
        `panels`, each with its two axes and its `layers`, one a mark.
    """
    return {
        "name": explorable.name,
        "title": explorable.title,
        "caption": explorable.caption,
        "alt": explorable.alt,
        "note": explorable.page_note,
        "words": words("figure"),
        "controls": [_control(control) for control in explorable.controls],
        "free": [_free(control) for control in explorable.free],
        "readouts": [dict(vars(readout)) for readout in explorable.readouts],
        "panels": [_panel(panel) for panel in explorable.panels],
    }


def _control(control: Control) -> dict:
    kept = ("name", "label", "meaning", "default", "kind", "low", "high", "step")
    spec = {key: getattr(control, key) for key in kept if hasattr(control, key)}
    return spec | {"grid": list(control.stored)}


def _free(control: Free | Numbers) -> dict:
    return {**vars(control), "kind": control.kind, "default": control.default}


def _panel(panel: Panel) -> dict:
    return {
        "title": panel.title,
        "x": _axis(panel.x),
        "y": _axis(panel.y),
        "square": panel.square,
        "main": panel.main,
        "layers": [_layer(mark) for mark in panel.marks],
    }


def _axis(axis: Axis) -> dict:
    ticks = axis.ticks if isinstance(axis.ticks, str) else _ticks(axis.ticks)
    ends = axis.ends and [*map(_end, axis.ends)]
    return {"label": axis.label, "range": ends, "log": axis.log, "ticks": ticks}


def _ticks(ticks: Mapping[float, str]) -> list:
    return [[float(place), text] for place, text in ticks.items()]


def _end(end: float | str) -> float | str:
    """An end of an axis: a number, or the name of one that `compute` returns."""
    return end if isinstance(end, str) else float(end)


def _layer(mark: Mark) -> dict:
    kind = type(mark).__name__.lower()
    fed = {"label", *mark.feeds}
    style = {key: value for key, value in vars(mark).items() if key not in fed}
    if isinstance(mark, Points):
        style["names"] = list(mark.names)
    if isinstance(mark, Heat):
        style["stops"] = list(_DIVERGING if mark.diverging else _SEQUENTIAL)
        style["ticks"] = _ticks(mark.ticks)
    return {
        "kind": kind,
        "name": mark.label,
        "style": style,
        "binds": {name: reference_spec(r) for name, r in mark.references().items()},
        "held": kind in _HELD,
    }
