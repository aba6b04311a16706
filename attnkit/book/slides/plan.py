"""The plan of the hour in a window of its own: its links steer the slides in the other window."""

from bs4 import Tag

from attnkit.book.article import leaves
from attnkit.book.built import BuiltSite
from attnkit.book.slides.host import plain_page
from attnkit.book.teaching import teaching_page

__all__ = ["plan_of"]


def plan_of(site: BuiltSite, chapter: str) -> str:
    """Return the page that teaches a chapter, beside its slides; empty if there is none."""
    name = teaching_page(chapter)
    if name not in site.pages or name == chapter:
        return ""
    page = site.page(name)
    for link in page.links():
        target = page.target(link["href"])
        if target and target[0] == chapter and target[1]:
            _steer(link)
        elif not leaves(link["href"]):
            link.unwrap()
    return plain_page(page.title, site.language, page.formulas, str(page.article))


def _steer(link: Tag) -> None:
    link["href"] = "index.html#" + link["href"].partition("#")[2]
    link["target"] = "slides"
