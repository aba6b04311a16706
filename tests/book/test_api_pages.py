"""An API page: kinds and ranges are readable, names are links, a garbled docstring stops."""

import re
import sys
import types
from typing import Annotated

import pytest
from sphinx.errors import SphinxWarning

from attnkit.arguments import Range


def steps(n_steps: Annotated[int, Range(1, 64)] = 7):
    """Take steps, as `stride` does.

    Parameters
    ----------
    n_steps : int
        How many.

    Raises
    ------
    ValueError
        For none.
    """


def stride():
    """Take one."""


@pytest.fixture
def page(small_site, monkeypatch):
    module = types.ModuleType("attnkit_gait")
    module.__all__ = ["steps", "stride"]
    module.steps, module.stride = steps, stride
    for function in (steps, stride):
        monkeypatch.setattr(function, "__module__", "attnkit_gait")
    monkeypatch.setitem(sys.modules, "attnkit_gait", module)
    text = "# API\n```{eval-rst}\n.. automodule:: attnkit_gait\n   :members:\n```\n"
    small_site.write("index.md", text)
    return lambda: small_site.build()["index.html"]


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_the_signature_is_short_and_the_range_stands_with_the_parameter(page):
    shown = text(page())
    assert "steps(n_steps: int = 7)" in shown
    assert "n_steps (int, in [1, 64]) – How many." in shown
    assert "Annotated" not in shown


def test_a_name_in_backquotes_is_a_link(page):
    assert re.search(r'<a class="reference internal" href="#attnkit_gait.stride"', page())


def test_a_garbled_docstring_stops_the_build(page, monkeypatch):
    monkeypatch.setattr(steps, "__doc__", steps.__doc__.replace("n_steps :", "many :"))
    with pytest.raises(SphinxWarning, match="steps: 'many' is documented, but no parameter"):
        page()
