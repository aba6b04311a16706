"""A moving figure in Jupyter: the kernel's answer to a setting.

The front end is the page's own; it puts a question into the trait `asked` and finds the numbers
in `answer`. What it shows is always `first` with the arrays of `answer` on top, so that a second
view, or a notebook saved with its widgets, is complete without asking.
"""

import base64
import html
import os
import uuid

import anywidget
import numpy as np
from IPython.display import display as ipython_display
from traitlets import Bytes, Dict, Unicode, observe, validate

from attnkit.explore.assets import module, stylesheet
from attnkit.explore.explorable import Explorable
from attnkit.explore.free import complete
from attnkit.explore.page import placeholder
from attnkit.explore.spec import figure_spec
from attnkit.explore.still import still_svg
from attnkit.explore.wire import packed

__all__ = ["LiveFigure", "display"]


def display(explorable: Explorable) -> None:
    """Show the live figure, or, while a site is being built, leave the mark it fills."""
    if not _marked(explorable):
        ipython_display(LiveFigure(explorable))


def _marked(explorable: Explorable) -> bool:
    """Leave a site's mark if one is being built; whether it is."""
    building = bool(os.environ.get("ATTNKIT_PAGE"))
    if building:
        ipython_display({"text/html": placeholder(explorable.name)}, raw=True)
    return building


class LiveFigure(anywidget.AnyWidget):
    """The widget of a moving figure.

    Parameters
    ----------
    explorable : Explorable
        The figure.
    **params
        Where its controls start; those left out start at their defaults.

    Attributes
    ----------
    params : dict
        The setting of every control. Set it (some of it is enough), observe it, or link it to an
        ipywidget with `traitlets.link` or `ipywidgets.jslink`.
    values : dict
        What `compute` made of it.

    Raises
    ------
    ValueError, TypeError
        If `params` names no control or a value it can't take, or if `compute` refuses.
    """

    _esm = module()
    _css = stylesheet()
    spec = Dict().tag(sync=True)
    params = Dict().tag(sync=True)
    asked = Dict().tag(sync=True, echo_update=False)
    first = Bytes().tag(sync=True)
    answer = Bytes().tag(sync=True)
    beside = Unicode().tag(sync=True)

    def __init__(self, explorable: Explorable, **params: object):
        self.explorable = explorable
        setting = complete(explorable.hands, params)
        self.values = self._first = explorable.compute(**setting)
        super().__init__(
            spec=figure_spec(explorable),
            params=setting,
            first=packed(self._first, params=setting),
            beside=uuid.uuid4().hex,
        )

    @validate("params")
    def _accept(self, proposal) -> dict:
        """Only a setting that `compute` accepts becomes the figure's."""
        setting = complete(self.explorable.hands, {**self.params, **proposal["value"]})
        if self.params and setting != self.params:
            self.values = self.explorable.compute(**setting)
        return setting

    @observe("params")
    def _tell(self, change) -> None:
        self.answer = self._answer()

    @observe("asked")
    def _reply(self, change) -> None:
        """Answer a reader who moved; what `compute` refuses is for them to read."""
        question, refusal = change["new"], ""
        with self.hold_sync():
            try:
                self.params = question["params"]
            except (ValueError, TypeError) as error:
                refusal = str(error)
            self.answer = self._answer(question=question["number"], refusal=refusal)

    def _answer(self, **about: object) -> bytes:
        """The arrays that differ from the first setting's, and the setting they belong to."""
        changed = {
            name: value
            for name, value in self.values.items()
            if not np.array_equal(value, self._first[name], equal_nan=True)
        }
        return packed(changed, params=self.params, **about)

    def _ipython_display_(self) -> None:
        """Show the widget, and beside it a still picture for where no widget lives."""
        if _marked(self.explorable):
            return
        widget = self._repr_mimebundle_()
        ipython_display(widget[0] if isinstance(widget, tuple) else widget, raw=True)
        ipython_display(self._still(), raw=True)

    def _still(self) -> dict[str, str]:
        """The picture of the setting shown, hidden by the front end while it is alive."""
        picture = still_svg(self.explorable.panels, self.values)
        alt, source = html.escape(self.explorable.alt), base64.b64encode(picture).decode()
        image = f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" />'
        return {
            "text/html": f'<div data-attnkit-still="{self.beside}">{image}</div>',
            "image/svg+xml": picture.decode(),
            "text/plain": f"{self.explorable.title}, a still picture",
        }

    def __repr__(self) -> str:
        return f"{self.explorable.title}: {self.explorable.alt}"
