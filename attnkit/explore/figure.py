"""A panel in Plotly's terms, the same for both hosts."""

import math
from collections.abc import Mapping

import numpy as np

from attnkit.explore.marks import Layer, Panel, reference_spec, resolve

__all__ = ["filled", "ghost_style", "layer_spec", "layout"]

_GRID = "rgba(128,134,145,0.22)"
_INK = "#5b6470"


def layout(panel: Panel) -> dict:
    """The Plotly layout of a panel; text colour is left to the page's style sheet."""
    look = {
        "margin": {"l": 56, "r": 14, "t": 34 if panel.title else 14, "b": 46},
        "height": 320,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "inherit", "size": 13, "color": _INK},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "closest",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": _INK, "activecolor": _INK},
        "bargap": 0.25,
        "barmode": "overlay",
        "uirevision": "keep",
        "xaxis": _axis(panel.x_label, panel.x_range, panel.x_log, panel.x_ticks),
        "yaxis": _axis(panel.y_label, panel.y_range, panel.y_log, panel.y_ticks),
    }
    if panel.title:
        look["title"] = {"text": panel.title, "x": 0, "xref": "paper", "font": {"size": 14}}
    if any(layer.style.get("showlegend") for layer in panel.layers()):
        look["margin"]["t"] += 22
        look["title_y"] = 0.98
    if panel.square:
        look["yaxis"] |= {"scaleanchor": "x", "constrain": "domain"}
        look["xaxis"]["constrain"] = "domain"
    return look


def _axis(
    label: str, reach: tuple[float, float] | None, log: bool, ticks: Mapping[float, str]
) -> dict:
    axis: dict = {
        "title": {"text": label, "standoff": 8},
        "gridcolor": _GRID,
        "zerolinecolor": _GRID,
        "automargin": True,
    }
    if log:
        axis |= {"type": "log", "exponentformat": "power", "dtick": 1}
    if reach is not None:
        axis["range"] = [math.log10(edge) for edge in reach] if log else list(reach)
    if ticks:
        axis |= {"tickvals": list(ticks), "ticktext": list(ticks.values())}
    return axis


def layer_spec(layer: Layer) -> dict:
    """A trace as the page's script reads it."""
    binds = {axis: reference_spec(reference) for axis, reference in layer.binds.items()}
    return {"style": layer.style, "binds": binds, "held": layer.can_be_held}


def filled(layer: Layer, values: Mapping[str, np.ndarray | float]) -> dict[str, np.ndarray]:
    """The attributes of a trace for the computed values."""
    return {axis: resolve(reference, values) for axis, reference in layer.binds.items()}


def ghost_style(layer: Layer) -> dict:
    """The style of the held copy of a trace: faint, dotted, out of the legend."""
    style = layer.style | {"showlegend": False, "hoverinfo": "skip", "opacity": 0.45}
    style.pop("fill", None)
    if style["type"] == "bar":
        return style | {"marker": {"color": "rgba(0,0,0,0)", "line": {"color": _INK, "width": 1.5}}}
    if style["mode"] == "markers":
        return style | {"marker": {**style["marker"], "color": _INK, "symbol": "circle-open"}}
    return style | {"line": {"color": _INK, "width": 1.8, "dash": "dot"}}
