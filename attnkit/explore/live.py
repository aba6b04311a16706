"""An explorable in Jupyter: sliders that call `compute` and update the figure in place."""

import base64
import csv
import importlib.resources
import io
import os
from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go
from IPython.display import HTML
from IPython.display import display as ipython_display

from attnkit.explore.controls import Choice, Steps, Text
from attnkit.explore.explorable import Explorable
from attnkit.explore.figure import filled, ghost_style, heading_html, layout
from attnkit.explore.free import Hand
from attnkit.explore.marks import Panel
from attnkit.explore.page import placeholder

__all__ = ["LiveFigure", "display", "live"]


def display(explorable: Explorable) -> None:
    """Show the live figure, or, while a site is being built, leave the mark it fills."""
    if os.environ.get("ATTNKIT_PAGE"):
        ipython_display(HTML(placeholder(explorable.name)))
    else:
        ipython_display(live(explorable))


def live(explorable: Explorable) -> widgets.Widget:
    """The figure with its sliders, as one widget."""
    return LiveFigure(explorable).widget


class LiveFigure:
    """The widgets of one explorable and the values they show."""

    def __init__(self, explorable: Explorable):
        self.explorable = explorable
        self.values = explorable.compute(**explorable.defaults)
        self.controls = {c.name: _control_widget(c) for c in _hands(explorable)}
        self.panels = [_LivePanel(panel, self.values) for panel in explorable.panels]
        self.readouts = widgets.HTML()
        self.message = widgets.HTML()
        for control in self.controls.values():
            control.observe(self._on_move, names="value")
        self._say_readouts()
        self.widget = self._assemble()

    def params(self) -> dict:
        """The setting of every control."""
        return {name: control.value for name, control in self.controls.items()}

    def _assemble(self) -> widgets.Widget:
        style = (importlib.resources.files("attnkit.explore") / "assets/explorable.css").read_text()
        wrap = widgets.Layout(display="flex", flex_flow="row wrap")
        held = widgets.ToggleButton(description="Hold this", layout=_BUTTON)
        held.observe(self._on_hold, names="value")
        tools = [_button("Reset", self._on_reset), held]
        tools += [_button("As code", self._on_code), _button("CSV", self._on_csv)]
        box = widgets.VBox(
            [
                widgets.HTML(f"<style>{style}</style><b>{self.explorable.title}</b>"),
                widgets.Box(list(self.controls.values()), layout=wrap),
                widgets.Box([panel.widget for panel in self.panels], layout=wrap),
                self.readouts,
                widgets.HBox(tools),
                self.message,
                widgets.HTML(f"<small>{self.explorable.caption}</small>"),
            ]
        )
        box.add_class("attnkit-live")
        return box

    def _on_move(self, change) -> None:
        try:
            self.values = self.explorable.compute(**self.params())
        except ValueError as error:
            self.message.value = _plain(str(error))
            return
        self.message.value = ""
        for panel in self.panels:
            panel.update(self.values)
        self._say_readouts()

    def _say_readouts(self) -> None:
        parts = []
        for readout in self.explorable.readouts:
            number = float(self.values[readout.value])
            text = f"{10**number:.1e}" if readout.log10 else f"{number:.{readout.digits}f}"
            shown = f"{text} {readout.unit}".strip()
            parts.append(
                f"{readout.label} <b>{readout.undefined if np.isnan(number) else shown}</b>"
            )
        self.readouts.value = " &emsp; ".join(parts)

    def _on_reset(self, _) -> None:
        for control in _hands(self.explorable):
            self.controls[control.name].value = control.default

    def _on_hold(self, change) -> None:
        change.owner.description = "Let go" if change.new else "Hold this"
        for panel in self.panels:
            panel.hold(change.new)

    def _on_code(self, _) -> None:
        self.message.value = f"<pre>{_plain(self.explorable.as_code(self.params()))}</pre>"

    def _on_csv(self, _) -> None:
        data = base64.b64encode(_csv(self.values).encode()).decode()
        name = f"{self.explorable.name}.csv"
        self.message.value = f'<a download="{name}" href="data:text/csv;base64,{data}">{name}</a>'


class _LivePanel:
    """One FigureWidget: for each layer its trace and, after it, the ghost of the held one."""

    def __init__(self, panel: Panel, values: Mapping):
        self.layers = panel.layers()
        traces = []
        for layer in self.layers:
            traces.append(layer.style | filled(layer, values))
            ghost = ghost_style(layer) if layer.can_be_held else layer.style
            traces.append(ghost | {"visible": False})
        self.figure = go.FigureWidget({"data": traces, "layout": layout(panel)})
        self.figure.layout.width = _PANEL_WIDTH
        self.figure._config = {"displaylogo": False}
        self.widget = widgets.VBox([widgets.HTML(heading_html(panel)), self.figure])

    def update(self, values: Mapping) -> None:
        """Move the traces whose arrays changed."""
        with self.figure.batch_update():
            for trace, layer in zip(self.figure.data[::2], self.layers, strict=True):
                for axis, array in filled(layer, values).items():
                    if not np.array_equal(trace[axis], array, equal_nan=True):
                        trace[axis] = array

    def hold(self, on: bool) -> None:
        """Freeze a copy of the traces, or let it go."""
        with self.figure.batch_update():
            for i, layer in enumerate(self.layers):
                if not layer.can_be_held:
                    continue
                shown, ghost = self.figure.data[2 * i : 2 * i + 2]
                for axis in layer.binds:
                    ghost[axis] = shown[axis]
                ghost.visible = on


_PANEL_WIDTH = 460  # two side by side in a notebook
_BUTTON = widgets.Layout(width="auto")


def _hands(explorable: Explorable) -> list[Hand]:
    """Everything a reader can move in Jupyter."""
    return [*explorable.controls, *explorable.free]


def _button(text: str, act) -> widgets.Button:
    button = widgets.Button(description=text, layout=_BUTTON)
    button.on_click(act)
    return button


def _control_widget(control: Hand) -> widgets.Widget:
    look = {
        "description": control.label,
        "tooltip": control.meaning,
        "style": {"description_width": "initial"},
        "layout": widgets.Layout(width="320px", margin="2px 12px 2px 0"),
    }
    if isinstance(control, Choice):
        return widgets.Dropdown(options=control.stored, value=control.default, **look)
    if isinstance(control, Text):
        return widgets.Combobox(
            options=control.stored, value=control.default, continuous_update=False, **look
        )
    if isinstance(control, Steps):
        return widgets.SelectionSlider(options=control.stored, value=control.default, **look)
    digits = max(0, -int(np.floor(np.log10(control.step) + 1e-9)))
    return widgets.FloatSlider(
        value=control.default,
        min=control.low,
        max=control.high,
        step=control.step,
        readout_format=f".{digits}f",
        **look,
    )


def _csv(values: Mapping) -> str:
    columns = {}
    for name, value in values.items():
        array = np.asarray(value, dtype=float)
        if array.ndim < 2:
            columns[name] = array.reshape(-1)
        else:
            columns |= {
                f"{name}[{i}]": row for i, row in enumerate(array.reshape(-1, array.shape[-1]))
            }
    longest = max(column.size for column in columns.values())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for i in range(longest):
        writer.writerow(
            [c[i] if i < c.size and not np.isnan(c[i]) else "" for c in columns.values()]
        )
    return text.getvalue()


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
