"""Every moving figure of the library, found by the shape of the house."""

import difflib
import html
from collections.abc import Iterator, Mapping
from functools import cache

from attnkit.discovery import Declared
from attnkit.explore.explorable import Explorable

__all__ = ["Gallery", "gallery"]


class Gallery(Mapping[str, Explorable]):
    """Figures by name; printed as a table, and helpful about a name that is misspelt."""

    def __init__(self, figures: Mapping[str, Explorable]) -> None:
        self._figures = figures

    def __getitem__(self, name: str) -> Explorable:
        if name in self._figures:
            return self._figures[name]
        raise KeyError(f"no figure is called {name!r}; {self._nearest(str(name))}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def _nearest(self, name: str) -> str:
        wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
        near = difflib.get_close_matches(wanted, self, n=1, cutoff=0.4)
        return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(self))}"

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:{width}}  {figure.title}" for name, figure in self.items())

    def _repr_html_(self) -> str:
        rows = (
            f"<tr><td><code>{html.escape(name)}</code></td><td>{html.escape(figure.title)}</td>"
            f"<td>{html.escape(', '.join(figure.sliders))}</td></tr>"
            for name, figure in self.items()
        )
        head = "<thead><tr><th>figure</th><th>title</th><th>moves with</th></tr></thead>"
        return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"


@cache
def gallery() -> Gallery:
    """Every Explorable that a room declares among its `figures`, by name.

    A lookup by name imports that figure only; walking and printing import all of them.

    Returns
    -------
    Gallery
        A mapping from name to Explorable, in the order of the rooms and of their files.

    Raises
    ------
    ValueError
        If two figures share a name.
    KeyError
        On a name that no figure bears; the message tells the nearest.
    """
    return Gallery(Declared("figures", Explorable))
