"""A chapter cut into slides: by headings, by figures, then block by block as room allows."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bs4 import Tag

from attnkit.book.slides.room import LINES, lines

__all__ = ["Slide", "cut"]

FIGURE = "attnkit-explorable"
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_DIVIDED = ("claim", "task", "admonition")


@dataclass(frozen=True)
class Heading:
    """What stands above blocks: the markup of a heading, and the anchors of its section."""

    markup: str = ""
    anchors: tuple[str, ...] = ()


@dataclass
class Slide:
    """Blocks under one heading; a figure has a slide of its own."""

    heading: Heading
    blocks: list[Tag] = field(default_factory=list)

    @property
    def is_figure(self) -> bool:
        """Whether the slide is one moving figure."""
        return any(_is_figure(block) for block in self.blocks)


def cut(article: Tag) -> list[Slide]:
    """Return the slides of an article, in its order; its first heading is the title's."""
    slides: list[Slide] = []
    for heading, block in _blocks(article, [Heading()]):
        for piece in _divided(block):
            _put(slides, heading, piece)
    return slides


def _put(slides: list[Slide], heading: Heading, block: Tag) -> None:
    """On the last slide if it has room, else on a new one."""
    last = slides[-1] if slides else None
    fits = last is not None and last.heading == heading and not last.is_figure
    if fits and not _is_figure(block) and sum(map(lines, [*last.blocks, block])) <= LINES:
        last.blocks.append(block)
        return
    slides.append(Slide(heading))
    if fits and len(last.blocks) > 1 and _leads_to(last.blocks[-1], block):
        slides[-1].blocks.append(last.blocks.pop())
    slides[-1].blocks.append(block)


def _blocks(tag: Tag, heading: list[Heading]) -> Iterator[tuple[Heading, Tag]]:
    """Each block with the heading above it; what holds a figure or a section is opened."""
    for child in tag.find_all(True, recursive=False):
        if child.name in _HEADINGS:
            heading[0] = Heading(child.decode_contents(), tuple(_anchors(tag)))
        elif child.name == "section" or _holds_pictures(child):
            yield from _blocks(child, heading)
        elif _is_figure(child) or child.get_text(strip=True) or child.find(["img", "svg"]):
            yield heading[0], child


def _anchors(section: Tag) -> Iterator[str]:
    """The name of a section, and those that its source gave it."""
    for tag in (section, *section.find_all("span", id=True, recursive=False)):
        if tag.get("id"):
            yield tag["id"]


def _divided(block: Tag) -> Iterable[Tag]:
    """A block that is longer than a slide, in pieces: items of a list, rows, parts of a box."""
    if _is_figure(block) or lines(block) <= LINES + 3:
        return [block]
    if block.name in ("ul", "ol") or set(block.get("class", ())) & {*_DIVIDED}:
        return _pieces(block, block, block.find_all(True, recursive=False))
    rows = block.select("tbody > tr")
    return _pieces(block, rows[0].parent, rows) if rows else [block]


def _pieces(block: Tag, holder: Tag, parts: list[Tag]) -> list[Tag]:
    """Copies of a block, each with as many of the parts of its holder as fit."""
    groups: list[list[Tag]] = [[]]
    for part in parts:
        if groups[-1] and sum(map(lines, [*groups[-1], part])) > LINES - 2:
            groups.append([])
        groups[-1].append(part)
    for part in parts:
        part.extract()
    pieces, start = [], int(block.get("start", 1))
    for group in groups:
        piece = copy.copy(block)
        inside = piece if holder is block else piece.find("tbody")
        for part in group:
            inside.append(part)
        if block.name == "ol":
            piece["start"] = str(start)
        if pieces:
            del piece["id"]
        start += len(group)
        pieces.append(piece)
    return pieces


def _is_figure(tag: Tag) -> bool:
    return FIGURE in tag.get("class", ())


def _holds_pictures(tag: Tag) -> bool:
    """Whether a block is opened, so that figures and the pictures of a cell stand alone."""
    inside = tag.select(f".{FIGURE}, .cell_output img")
    return (bool(inside) and not _is_figure(tag)) or "cell_output" in tag.get("class", ())


def _leads_to(words: Tag, block: Tag) -> bool:
    """Whether a paragraph belongs to what follows it: to a formula, or after a colon."""
    is_formula = block.name == "div" and "math" in block.get("class", ())
    return words.name == "p" and (is_formula or words.get_text().rstrip().endswith(":"))
