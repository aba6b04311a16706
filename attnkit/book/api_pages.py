"""API pages: readable signatures, the range of each argument, and no garbled parameter."""

import re

from sphinx.application import Sphinx
from sphinx.util import logging

from attnkit.book.docstrings import problems
from attnkit.book.signatures import plain, types_in_words

__all__ = ["connect"]

logger = logging.getLogger(__name__)

CALLABLE = ("function", "method", "class", "exception")


def shorten(app, what, name, thing, options, signature, returned) -> tuple[str | None, str | None]:
    """Leave ranges out of a signature: they stand with the parameters."""
    return (plain(signature) if signature else signature, plain(returned) if returned else returned)


def check(app: Sphinx, what: str, name: str, thing: object, options, lines: list[str]) -> None:
    """Warn of what the renderer would garble in an own docstring."""
    if what in CALLABLE and str(getattr(thing, "__module__", "")).startswith("attnkit"):
        for problem in problems(thing):
            logger.warning("%s: %s", name, problem, type="attnkit")


def add_types(app: Sphinx, what: str, name: str, thing: object, options, lines: list[str]) -> None:
    """Write each documented parameter's kind and range as its signature says them."""
    if what not in CALLABLE:
        return
    kinds = types_in_words(thing)
    for at in range(len(lines) - 1, -1, -1):
        match = re.fullmatch(r":(param|type) \\?\*{0,2}(\w+):.*", lines[at])
        if not match or match[2] not in kinds:
            continue
        if match[1] == "type":
            del lines[at]
        else:
            lines.insert(at, f":type {match[2]}: {kinds[match[2]]}")


def connect(app: Sphinx) -> None:
    """Before the docstring is rendered it is checked; afterwards its types are put right."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-signature", shorten)
    app.connect("autodoc-process-docstring", check, priority=100)
    app.connect("autodoc-process-docstring", add_types, priority=900)
