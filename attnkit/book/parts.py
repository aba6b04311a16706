"""The contents of the book: what `_toc.yml` lists, and a part for each room, found by its files.

The rooms' parts follow the first part of `_toc.yml`, in the order that each `room.toml` gives. A
part holds the room's own pages `book/<room>/*`, then those of its mechanisms,
`book/<room>/<mechanism>/*` in the order of their cards, then its notebooks. Teaching pages hang on
`book/teaching/index`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

import attnkit
from attnkit.book.leave_out import left_out
from attnkit.cards import read
from attnkit.rooms import Room, room_file, rooms

__all__ = ["connect", "room_pages", "teaching_pages", "with_rooms"]

_TEACHING = "book/teaching/index"
_SUFFIXES = (".md", ".ipynb")


def with_rooms(toc: dict[str, Any], source: Path, gone: Iterable[str] = ()) -> dict[str, Any]:
    """Return the contents with a part for each room and the teaching pages, without what is gone.

    Raises
    ------
    ValueError
        If a room that has pages lacks a `room.toml`, or a card above a page is broken.
    """
    _require_room_files(source)
    found = [(room, _without(room_pages(source, room), gone)) for room in rooms().values()]
    parts = [
        {"caption": room.question, "chapters": _files(pages)} for room, pages in found if pages
    ]
    taught = [page for room in rooms().values() for page in teaching_pages(source, room)]
    listed = toc.get("parts", [])
    for entry in (entry for part in listed for entry in part["chapters"]):
        if entry.get("file") == _TEACHING and (taught := _without(taught, gone)):
            entry["sections"] = _files(taught)
    return {**toc, "parts": [*listed[:1], *parts, *listed[1:]]}


def room_pages(source: Path, room: Room) -> list[str]:
    """Return a room's chapters and notebooks in their order, as names of pages."""
    folder = source / "book" / room.name
    own = _pages(source, folder.glob("*"))
    inside = [page for each in _mechanisms(folder) for page in _pages(source, each.glob("*"))]
    chapters = [page for page in inside if not page.endswith("/teach")]
    notebooks = (source / "notebooks").glob(room.notebooks) if room.notebooks else []
    return [*own, *chapters, *_pages(source, notebooks)]


def teaching_pages(source: Path, room: Room) -> list[str]:
    """Return the pages that say how to teach a room's chapters."""
    folder = source / "book" / room.name
    own = _pages(source, (source / "book" / "teaching").glob(f"{room.name}_*"))
    return [
        *own,
        *(page for each in _mechanisms(folder) for page in _pages(source, each.glob("teach.md"))),
    ]


def _mechanisms(folder: Path) -> list[Path]:
    """The folders of mechanisms in a room of the book, in the order of their cards."""

    def place(each: Path) -> tuple[int, str]:
        roots = [Path(root) / folder.name / each.name / "card.toml" for root in attnkit.__path__]
        card = next((path for path in roots if path.exists()), roots[0])
        return read(card).order, each.name

    return sorted((each for each in folder.glob("*") if _pages(folder, each.glob("*"))), key=place)


def _pages(source: Path, paths: Iterable[Path]) -> list[str]:
    found = [path.relative_to(source) for path in paths if path.suffix in _SUFFIXES]
    return [path.with_suffix("").as_posix() for path in sorted(found)]


def _require_room_files(source: Path) -> None:
    inits = [init for root in attnkit.__path__ for init in Path(root).glob("*/__init__.py")]
    packages = {init.parent.name for init in inits}
    for folder in sorted((source / "book").glob("*/")):
        if folder.name in packages and any(folder.rglob("*.md")):
            room_file(folder.name)


def _without(pages: Iterable[str], gone: Iterable[str]) -> list[str]:
    return [page for page in pages if page not in set(gone)]


def _files(pages: Iterable[str]) -> list[dict[str, str]]:
    return [{"file": page} for page in pages]


def write(app: Sphinx, config: Config) -> None:
    """Hand the whole contents to the extension that reads `_toc.yml`, beside the built site."""
    if "external_toc_path" not in config:
        return
    source = Path(app.srcdir)
    listed = source / config.external_toc_path
    toc = yaml.safe_load(listed.read_text(encoding="utf-8"))
    whole = with_rooms(toc, source, left_out(config, source).pages)
    written = Path(app.doctreedir).parent / "contents.yml"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True), "utf-8")
    config.external_toc_path = written.as_posix()


def add_bibliographies(app: Sphinx, config: Config) -> None:
    """Read every `refs.bib` beside the chapters too."""
    if "bibtex_bibfiles" not in config:
        return
    source = Path(app.srcdir)
    found = sorted((source / "book").rglob("refs.bib"))
    listed = [path.relative_to(source).as_posix() for path in found if "_build" not in path.parts]
    config.bibtex_bibfiles = [*config.bibtex_bibfiles, *listed]


def outdated_bibliographies(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> list[str]:
    """Read a bibliography again that was made before a `refs.bib` came or went."""
    known = env.domains.get("cite")
    if known is None:
        return []
    files = [(Path(app.confdir) / name).resolve() for name in app.config.bibtex_bibfiles]
    made = known.bibliographies.items()
    return sorted({key.docname for key, of in made if set(of.bibfiles) != set(files)})


def connect(app: Sphinx) -> None:
    """Before Sphinx looks for pages."""
    app.connect("config-inited", write, priority=200)
    app.connect("config-inited", add_bibliographies, priority=200)
    app.connect("env-get-outdated", outdated_bibliographies)
