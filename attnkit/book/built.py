"""The built site, its pages in the order of the book: slides and paper are made of them.

What is made of the finished pages has their numbers, links and claims without asking anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from attnkit.book.article import Page, SiteError

__all__ = ["BuiltSite", "Part"]


@dataclass(frozen=True)
class Part:
    """A part of the book: its caption and the names of its pages."""

    caption: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class BuiltSite:
    """The folder of a built site, with its contents beside it.

    Raises
    ------
    SiteError
        If no site was built there.
    """

    folder: Path

    def __post_init__(self):
        if not self._contents.exists():
            raise SiteError(
                f"no built book in {self.folder}: "
                f"{self._contents} is missing; run `make book` first"
            )

    @property
    def _contents(self) -> Path:
        return self.folder.parent / "contents.yml"

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the book; the first page stands alone in the first, which has no caption."""
        toc = yaml.safe_load(self._contents.read_text(encoding="utf-8"))
        listed = [Part(part.get("caption", ""), tuple(_files(part))) for part in toc["parts"]]
        return [Part("", (toc["root"],)), *listed]

    @cached_property
    def language(self) -> str:
        """The language of the first page."""
        return self._first.language

    @cached_property
    def title(self) -> str:
        """What the book is called: the heading of its first page."""
        return self._first.title

    @cached_property
    def imprint(self) -> list[str]:
        """Whose book it is, as the foot of its first page says."""
        return self._first.imprint

    @cached_property
    def _first(self) -> Page:
        return self.page(self.pages[0])

    @cached_property
    def pages(self) -> list[str]:
        """The names of all pages in their order."""
        return [page for part in self.parts for page in part.pages]

    def page(self, name: str) -> Page:
        """A page, read anew: each reader may change it.

        Raises
        ------
        SiteError
            If the site has no such page.
        """
        path = self.folder / f"{name}.html"
        if not path.exists():
            raise SiteError(f"the site has no page {name!r}: run `make book`")
        return Page(name, path.read_text(encoding="utf-8"))


def _files(entry: dict) -> Iterator[str]:
    for chapter in (*entry.get("chapters", ()), *entry.get("sections", ())):
        if "file" in chapter:
            yield chapter["file"]
        yield from _files(chapter)
