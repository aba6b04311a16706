"""The one front end of a moving figure, joined from `assets/`: for a page, and for Jupyter.

The files share one closure, so that they need neither modules (a page from disk can't load them)
nor a build. The order is that of their dependence.
"""

from importlib.resources import files

from attnkit.explore.marks import TONES

__all__ = ["module", "page_script", "stylesheet"]

_SHARED = (
    *("arrays.js", "references.js", "scales.js", "colours.js"),
    *("vector.js", "heat.js", "marks.js", "axes.js", "names.js", "extent.js", "panel.js"),
    *("nearest.js", "reading.js", "reader.js", "pointer.js"),
    *("inputs.js", "controls.js", "sweep.js", "ghosts.js"),
    *("sheet.js", "saving.js", "layout.js", "figure.js"),
)
_FOLDER = files("attnkit.explore") / "assets"


def page_script() -> str:
    """The classic script of a static page; it starts every figure of the page."""
    text = _joined(*_SHARED, "address.js", "page.js")
    return f'(() => {{\n"use strict";\n{text}\nstartAll();\n}})();\n'


def module() -> str:
    """The ES module of the Jupyter widget, as anywidget's `_esm`."""
    return f"{_joined(*_SHARED, 'jupyter.js')}\nexport default {{ render }};\n"


def stylesheet() -> str:
    """The styles of both hosts, with the tones of the marks as custom properties."""
    tones = " ".join(f"--attnkit-{name}: {colour};" for name, colour in TONES.items())
    return f".attnkit-explorable {{ {tones} }}\n{_joined('explorable.css')}"


def _joined(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text() for name in names)
