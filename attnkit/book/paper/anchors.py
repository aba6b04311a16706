"""Many pages on one: each anchor bears the name of its page, and each link follows it."""

import posixpath
from collections.abc import Collection

from attnkit.book.article import Page, leaves

__all__ = ["find_pictures", "name_anchors", "point_links"]


def _anchor_of(page: str, anchor: str = "") -> str:
    """The name of a place in the volume: of a page, or of an anchor of it."""
    return f"{page}/{anchor}" if anchor else page


def name_anchors(page: Page) -> None:
    """Put the page's name before its anchors, and before what drawings of it refer to."""
    for tag in page.article.find_all(id=True):
        tag["id"] = _anchor_of(page.name, tag["id"])
    for tag in page.article.find_all(["label", "use"]):
        for attribute in ("for", "href", "xlink:href"):
            if attribute in tag.attrs:
                tag[attribute] = f"#{_anchor_of(page.name, tag[attribute].removeprefix('#'))}"


def point_links(page: Page, pages: Collection[str]) -> None:
    """Let links lead to the places of the volume; one to what it lacks becomes its words."""
    for link in page.links():
        target = page.target(link["href"])
        if target and target[0] in pages:
            link["href"] = f"#{_anchor_of(*target)}"
        elif not leaves(link["href"]):
            link.unwrap()


def find_pictures(page: Page, to_site: str) -> None:
    """Let pictures be found from where the volume lies."""
    here = posixpath.dirname(page.name)
    for picture in page.article.find_all("img", src=True):
        if not leaves(picture["src"]):
            picture["src"] = posixpath.normpath(posixpath.join(to_site, here, picture["src"]))
