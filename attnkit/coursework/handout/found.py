"""The notebooks of a class, wherever they lie: in folders of folders, and in archives."""

import glob
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attnkit.coursework.handout.archives import (
    LARGEST,
    File,
    is_handed_in,
    is_hidden,
    is_packed,
    member,
    opened,
)
from attnkit.coursework.handout.errors import HandoutError

__all__ = ["File", "looked_through", "notebooks_in", "text_of"]

_ANSWERS = (".pdf", ".py", ".html", ".htm", ".txt", ".md", ".json", ".doc", ".docx", ".odt")


def notebooks_in(places: Sequence[str]) -> list[File]:
    """Return the notebooks that `looked_through` finds."""
    return looked_through(places)[0]


def looked_through(places: Sequence[str]) -> tuple[list[File], list[File]]:
    """Return each notebook once that is named, lies below a folder named, or matches a pattern.

    After them comes what was passed over and may be somebody's answers, such as a PDF. An archive
    (`.zip`) is a folder, one in it too, and nothing is unpacked; one of another kind is returned.
    What is hidden, as Jupyter's checkpoints are, is left out. A place that exists is that place,
    whatever signs its name is made of; only one that does not can be a pattern. What is not found
    stands in the list as it was written, for its turn to be told.

    Raises
    ------
    HandoutError
        If no folder or pattern holds a notebook, and no file is named.
    """
    each_place = {place: _found(place) for place in places}
    named = {name for place in places for name in (str(place), *glob.glob(str(place)))}
    wanted = {
        place: [path for path in paths if is_handed_in(path) or str(path) in named]
        for place, paths in each_place.items()
    }
    if not any(wanted.values()):
        raise HandoutError(f"no notebook is found by {', '.join(map(str, places))}")
    found = _once(path for place in places for path in wanted[place] or [Path(place)])
    others = _once(path for paths in each_place.values() for path in paths)
    passed_over = [path for real, path in others.items() if real not in found and _is_answer(path)]
    return list(found.values()), passed_over


def _once(paths: Iterable[File]) -> dict[str, File]:
    found: dict[str, File] = {}
    for path in paths:
        found.setdefault(os.path.realpath(str(path)), path)
    return found


def _is_answer(path: File) -> bool:
    return str(path).casefold().endswith(_ANSWERS)


def text_of(path: File) -> str:
    """Return what stands in a notebook's file.

    Raises
    ------
    HandoutError
        If it cannot be read, is no UTF-8, or is larger than any notebook.
    """
    try:
        if is_packed(path):
            raise HandoutError(f"{path} is an archive of a kind that is not read: unpack it")
        size = path.stat().st_size if isinstance(path, Path) else member(path).file_size
        if size > LARGEST:
            raise HandoutError(
                f"{path} is no valid notebook any more (it has {size / 2**20:.0f} MB, and at most "
                f"{LARGEST // 2**20} are read)"
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise HandoutError(f"{path} is no valid notebook any more ({error})") from None


def _found(place: str) -> list[File]:
    path = Path(place)
    if path.is_dir():
        return list(_below(path, set()))
    if path.exists() or not glob.has_magic(place):
        return list(opened(path))
    return [each for path in sorted(glob.glob(place)) for each in _found_by_pattern(path)]


def _found_by_pattern(place: str) -> list[File]:
    return _found(place) if os.path.exists(place) else []


def _below(folder: Path, seen: set[str]) -> Iterator[File]:
    """Each file below a folder; a folder that a link leads back to is gone through once."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        names = sorted(name for name in os.listdir(folder) if not is_hidden(name))
    except OSError as error:
        raise HandoutError(f"{folder} cannot be read: {error.strerror or error}") from None
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _below(path, seen)
        else:
            yield from opened(path)
