"""A panel in Plotly's terms, the same for both hosts."""

import html
import math
from collections.abc import Mapping

import numpy as np

from attnkit.explore.marks import Layer, Panel, reference_spec, resolve

__all__ = ["filled", "ghost_style", "heading_html", "layer_spec", "layout"]

_GRID = "rgba(128,134,145,0.22)"
_INK = "#5b6470"


def layout(panel: Panel) -> dict:
    """The Plotly layout of a panel; its title and the colour of text are left to the host."""
    look = {
        "margin": {"l": 56, "r": 14, "t": 14, "b": 46},
        "height": 320,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "inherit", "size": 13, "color": _INK},
        "showlegend": False,
        "hovermode": "closest",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": _INK, "activecolor": _INK},
        "bargap": 0.25,
        "barmode": "overlay",
        "uirevision": "keep",
        "xaxis": _axis(panel.x_label, panel.x_range, panel.x_log, panel.x_ticks),
        "yaxis": _axis(panel.y_label, panel.y_range, panel.y_log, panel.y_ticks),
    }
    if panel.square:
        look["yaxis"] |= {"scaleanchor": "x", "constrain": "domain"}
        look["xaxis"]["constrain"] = "domain"
    return look


def _axis(
    label: str, reach: tuple[float, float] | None, log: bool, ticks: Mapping[float, str]
) -> dict:
    axis: dict = {
        "title": {"text": label, "standoff": 8, "font": {"size": 13}},
        "gridcolor": _GRID,
        "zerolinecolor": _GRID,
        "tickfont": {"size": 12},
        "automargin": True,
    }
    if log:
        axis |= {"type": "log", "exponentformat": "power", "dtick": 1}
    if reach is not None:
        axis["range"] = [math.log10(edge) for edge in reach] if log else list(reach)
    if ticks:
        axis |= {"tickvals": list(ticks), "ticktext": list(ticks.values())}
    return axis


def heading_html(panel: Panel) -> str:
    """Title and key of a panel; as HTML they wrap on a narrow screen and never cover the curves."""
    keys = [
        f'<span class="attnkit-key">{_swatch(layer.style)}{html.escape(layer.style["name"])}</span>'
        for layer in panel.layers()
        if layer.style.get("name")
    ]
    title = f"<b>{html.escape(panel.title)}</b>"
    return f'<span class="attnkit-heading">{"".join([title, *keys])}</span>'


def _swatch(style: dict) -> str:
    """A small sample of a trace: a dot, a block, or a line solid or dashed."""
    if style["type"] == "bar" or style["mode"] == "markers":
        round_ = "border-radius:50%;" if style["type"] != "bar" else ""
        return (
            f'<i style="width:.6em;height:.6em;{round_}background:{style["marker"]["color"]}"></i>'
        )
    if not style["line"].get("color"):
        return f'<i style="width:1.1em;height:.7em;background:{style["fillcolor"]}"></i>'
    dash = "dashed" if style["line"].get("dash", "solid") != "solid" else "solid"
    return f'<i style="width:1.3em;border-top:2.5px {dash} {style["line"]["color"]}"></i>'


def layer_spec(layer: Layer) -> dict:
    """A trace as the page's script reads it."""
    binds = {axis: reference_spec(reference) for axis, reference in layer.binds.items()}
    return {"style": layer.style, "binds": binds, "held": layer.can_be_held}


def filled(layer: Layer, values: Mapping[str, np.ndarray | float]) -> dict[str, np.ndarray]:
    """The attributes of a trace for the computed values."""
    return {axis: resolve(reference, values) for axis, reference in layer.binds.items()}


def ghost_style(layer: Layer) -> dict:
    """The style of the held copy of a trace: faint and dotted."""
    style = layer.style | {"name": "", "hoverinfo": "skip", "opacity": 0.45}
    style.pop("fill", None)
    if style["type"] == "bar":
        return style | {"marker": {"color": "rgba(0,0,0,0)", "line": {"color": _INK, "width": 1.5}}}
    if style["mode"] == "markers":
        return style | {"marker": {**style["marker"], "color": _INK, "symbol": "circle-open"}}
    return style | {"line": {"color": _INK, "width": 1.8, "dash": "dot"}}
