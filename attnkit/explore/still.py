"""The still picture of an explorable, for print, for feeds and where scripts are off."""

import io
from collections.abc import Mapping, Sequence
from functools import singledispatch

import numpy as np

from attnkit.explore.lettering import spelt
from attnkit.explore.marks import (
    TONES,
    Area,
    Band,
    Bars,
    Heat,
    Line,
    Points,
    Rule,
    resolve,
)
from attnkit.explore.panels import Axis, Panel

__all__ = ["still_svg"]


def still_svg(panels: Sequence[Panel], values: Mapping[str, np.ndarray | float]) -> bytes:
    """Draw the panels with matplotlib, from the arrays of `compute`."""
    import matplotlib
    from matplotlib.figure import Figure

    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    look = {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "svg.hashsalt": "attnkit",
    }
    with matplotlib.rc_context(look):
        figure = Figure(figsize=(4.6 * columns, 3.3 * rows), layout="constrained")
        places = figure.add_gridspec(rows, columns)
        for i, panel in enumerate(panels):
            # The last one of an odd number has its row to itself.
            alone = slice(None) if i == len(panels) - 1 and i % 2 == 0 else i % 2
            _draw_panel(figure.add_subplot(places[i // 2, alone]), panel, values)
        picture = io.BytesIO()
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def _draw_panel(axes, panel: Panel, values) -> None:
    for mark in panel.marks:
        _draw(mark, axes, values)
    axes.set_title(panel.title, loc="left", fontsize=11)
    axes.set(**_shape("x", panel.x, values), **_shape("y", panel.y, values))
    if isinstance(panel.x.ticks, str):
        axes.tick_params(axis="x", rotation=90)
    if panel.square:
        axes.set_aspect("equal")
    if any(getattr(mark, "label", "") and not isinstance(mark, Heat) for mark in panel.marks):
        axes.legend(frameon=False, fontsize=9)


def _shape(side: str, axis: Axis, values) -> dict:
    """What matplotlib is told of an axis."""
    shape = {f"{side}label": axis.label}
    if axis.log:
        shape[f"{side}scale"] = "log"
    if axis.ends:
        shape[f"{side}lim"] = [float(resolve(end, values)) for end in axis.ends]
    ticks = spelt(values[axis.ticks]) if isinstance(axis.ticks, str) else axis.ticks
    if ticks:
        shape |= {f"{side}ticks": [*ticks], f"{side}ticklabels": [*ticks.values()]}
    return shape


@singledispatch
def _draw(mark, axes, values) -> None:
    raise TypeError(f"no still picture for {type(mark).__name__}")


@_draw.register
def _(mark: Line, axes, values) -> None:
    style = "--" if mark.dash else "-"
    x, y = resolve(mark.x, values), resolve(mark.y, values)
    axes.plot(x, y, style, color=TONES[mark.tone], lw=0.8 * mark.width, label=mark.label or None)


@_draw.register
def _(mark: Area, axes, values) -> None:
    x, y = resolve(mark.x, values), resolve(mark.y, values)
    axes.plot(x, y, color=TONES[mark.tone], label=mark.label or None)
    axes.fill_between(x, y, color=TONES[mark.tone], alpha=0.22, lw=0)


@_draw.register
def _(mark: Band, axes, values) -> None:
    edges = resolve(mark.low, values), resolve(mark.high, values)
    look = {"color": TONES[mark.tone], "alpha": 0.25, "lw": 0}
    axes.fill_between(resolve(mark.x, values), *edges, label=mark.label or None, **look)


@_draw.register
def _(mark: Bars, axes, values) -> None:
    x, y = resolve(mark.x, values), resolve(mark.y, values)
    width = 0.75 * float(np.min(np.diff(np.sort(x)))) if x.size > 1 else 0.75
    axes.bar(x, y, width=width, color=TONES[mark.tone], label=mark.label or None)


@_draw.register
def _(mark: Points, axes, values) -> None:
    x, y = resolve(mark.x, values), resolve(mark.y, values)
    axes.plot(x, y, "o", ms=0.7 * mark.size, color=TONES[mark.tone], label=mark.label or None)
    for name, *place in zip(mark.names, x, y, strict=False):
        if np.isfinite(place).all():
            axes.annotate(name, place, (5, 0), textcoords="offset points", va="center", fontsize=7)


@_draw.register
def _(mark: Rule, axes, values) -> None:
    at = float(resolve(mark.at, values))
    if not np.isnan(at):
        draw = axes.axvline if mark.axis == "x" else axes.axhline
        style = ":" if mark.dash else "-"
        draw(at, color=TONES[mark.tone], ls=style, label=mark.label or None)


@_draw.register
def _(mark: Heat, axes, values) -> None:
    z = resolve(mark.z, values)
    x = resolve(mark.x, values) if mark.x is not None else np.arange(z.shape[1])
    y = resolve(mark.y, values) if mark.y is not None else np.arange(z.shape[0])
    low, high = mark.low, mark.high
    if mark.diverging and low is None:
        high = float(np.nanmax(np.abs(z)))
        low = -high
    colours = "PuOr" if mark.diverging else "cividis"
    picture = axes.pcolormesh(x, y, z, cmap=colours, vmin=low, vmax=high, rasterized=True)
    axes.grid(False)
    bar = axes.figure.colorbar(picture, ax=axes, label=mark.label or None, pad=0.02)
    if mark.ticks:
        bar.set_ticks([*mark.ticks], labels=[*mark.ticks.values()])
