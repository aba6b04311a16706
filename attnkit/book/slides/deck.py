"""A chapter of the built site as slides, in a folder of their own."""

import html
import json
import re
from pathlib import Path
from shutil import copyfile, rmtree

from bs4 import BeautifulSoup, Tag

from attnkit.book.article import Page, leaves
from attnkit.book.built import BuiltSite
from attnkit.book.slides.host import host_page, put_files
from attnkit.book.slides.packing import Heading, Slide, cut
from attnkit.book.slides.plan import plan_of
from attnkit.book.slides.references import cited
from attnkit.words import say

__all__ = ["write_deck"]

PLAN = "plan.html"

_NOT_SPOKEN = "details, .reading-time, .teaching-link, .claim-links, .attnkit-install"


def write_deck(site: BuiltSite, name: str, folder: Path) -> int:
    """Write a page of the site as slides into a folder, and return how many there are.

    Raises
    ------
    SiteError
        If the site lacks the page.
    """
    page = site.page(name)
    title = page.title
    rmtree(folder / "files", ignore_errors=True)
    put_files(site, folder / "files")
    for gone in [*page.article.select(_NOT_SPOKEN), *page.article.find_all(_is_about_installing)]:
        gone.decompose()
    works = cited(site, page)
    _take_pictures(site, page, folder)
    for block in page.article.select("div.attnkit-explorable"):
        _shorten(block)
    slides = [*cut(page.article), *_last(works)]
    body = "".join(_slide(slides, place, title) for place in range(len(slides)))
    body = _with_links_inside(body)
    plan = plan_of(site, name)
    if plan:
        (folder / PLAN).write_text(plan, encoding="utf-8")
    text = host_page(title, site.language, page.formulas, body, plan=PLAN if plan else "")
    (folder / "index.html").write_text(text, encoding="utf-8")
    return len(slides)


def _slide(slides: list[Slide], place: int, title: str) -> str:
    """One slide: the chapter above, the heading, the blocks; a figure has its own title."""
    slide = slides[place]
    first_of_its = not place or slides[place - 1].heading != slide.heading
    anchors = slide.heading.anchors if first_of_its else ()
    marks = "".join(f'<span id="{anchor}"></span>' for anchor in anchors)
    kind = "slide figure" if slide.is_figure else "slide"
    section = slide.is_figure and slide.heading != slides[0].heading
    running = html.escape(title) + (f" · {slide.heading.markup}" if section else "")
    running = f"<header>{running}</header>" if place else ""
    heading = "h1" if not place else "h2"
    return (
        f'<section class="{kind}" id="/{place + 1}">{running}'
        f"<{heading}>{marks}{slide.heading.markup}</{heading}>"
        f'<div class="slide-body">{"".join(map(str, slide.blocks))}</div></section>'
    )


def _last(works: list[Tag]) -> list[Slide]:
    """The references."""
    if not works:
        return []
    holder = BeautifulSoup("", "html.parser").new_tag("div")
    holder.extend(works)
    slides = cut(holder)
    for slide in slides:
        slide.heading = Heading(html.escape(say("slides.references")))
    return slides


def _is_about_installing(tag: Tag) -> bool:
    return tag.name == "p" and tag.get_text().startswith(say("exercise.install"))


def _shorten(block: Tag) -> None:
    """A figure with the first sentence of its caption: a lecture says the rest."""
    script = block.find("script")
    spec = json.loads(script.string)
    spec["caption"] = re.match(r".*?[.?!](?=\s|$)|.*", spec["caption"])[0]
    spec["note"] = spec["get_it"] = ""
    block["data-title"] = spec["title"]
    script.string = json.dumps(spec, ensure_ascii=False).replace("</", "<\\/")


def _take_pictures(site: BuiltSite, page: Page, folder: Path) -> None:
    """Copy the pictures of a page beside its slides."""
    for picture in page.article.find_all("img", src=True):
        if not leaves(picture["src"]):
            path = (site.folder / page.name).parent / picture["src"]
            copyfile(path, folder / "files" / path.name)
            picture["src"] = f"files/{path.name}"


def _with_links_inside(body: str) -> str:
    """Keep links to these slides and to the world; those to other chapters become their words."""
    soup = BeautifulSoup(body, "html.parser")
    places = {tag["id"] for tag in soup.find_all(id=True)}
    for link in soup.find_all("a", href=True):
        address = link["href"]
        inside = address.startswith("#") and address[1:].partition("?")[0] in places
        if not inside and not leaves(address):
            link.unwrap()
    return str(soup)
