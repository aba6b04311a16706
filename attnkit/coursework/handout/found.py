"""The notebooks of a class, wherever they lie: in folders of folders, and in archives."""

import glob
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from attnkit.coursework.handout.errors import HandoutError

__all__ = ["File", "notebooks_in", "text_of"]

File = Path | zipfile.Path
_LARGEST = 100 * 2**20  # bytes of one notebook; an archive may claim to hold anything


def notebooks_in(places: Sequence[str]) -> list[File]:
    """Return each notebook once that is named, lies below a folder named, or matches a pattern.

    An archive (`.zip`) is a folder, and nothing of it is unpacked. What is hidden, as Jupyter's
    checkpoints are, is left out. A place that exists is that place, whatever signs its name is
    made of; only one that does not can be a pattern. What is not found stands in the list as it
    was written, for its turn to be told.

    Raises
    ------
    HandoutError
        If no folder or pattern holds a notebook, and no file is named.
    """
    found: dict[str, File] = {}
    each_place = {place: _found(place) for place in places}
    if not any(each_place.values()):
        raise HandoutError(f"no notebook is found by {', '.join(map(str, places))}")
    for place, paths in each_place.items():
        for path in paths or [Path(place)]:
            found.setdefault(os.path.realpath(str(path)), path)
    return list(found.values())


def text_of(path: File) -> str:
    """Return what stands in a notebook's file.

    Raises
    ------
    HandoutError
        If it cannot be read, is no UTF-8, or is larger than any notebook.
    """
    try:
        size = path.stat().st_size if isinstance(path, Path) else _member(path).file_size
        if size > _LARGEST:
            raise HandoutError(
                f"{path} is no valid notebook any more (it has {size / 2**20:.0f} MB, and at most "
                f"{_LARGEST // 2**20} are read)"
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise HandoutError(f"{path} is no valid notebook any more ({error})") from None


def _member(path: zipfile.Path) -> zipfile.ZipInfo:
    return path.root.getinfo(path.at)


def _found(place: str) -> list[File]:
    path = Path(place)
    if path.is_dir():
        return list(_below(path, set()))
    if path.exists() or not glob.has_magic(place):
        return list(_opened(path))
    return [each for path in sorted(glob.glob(place)) for each in _found_by_pattern(path)]


def _found_by_pattern(place: str) -> list[File]:
    return _found(place) if os.path.exists(place) else []


def _below(folder: Path, seen: set[str]) -> Iterator[File]:
    """Each notebook below a folder; a folder that a link leads back to is gone through once."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        names = sorted(name for name in os.listdir(folder) if not _is_hidden(name))
    except OSError as error:
        raise HandoutError(f"{folder} cannot be read: {error.strerror or error}") from None
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _below(path, seen)
        elif path.suffix in (".ipynb", ".zip"):
            yield from _opened(path)


def _opened(path: Path) -> Iterator[File]:
    """The notebooks of an archive; anything else, and what only claims to be one, itself."""
    if path.suffix != ".zip" or not zipfile.is_zipfile(path):
        yield path
        return
    archive = zipfile.ZipFile(path)
    inside = [name for name in sorted(archive.namelist()) if name.endswith(".ipynb")]
    wanted = [name for name in inside if not any(map(_is_hidden, name.split("/")))]
    yield from (zipfile.Path(archive, name) for name in wanted)
    if not wanted:
        yield path  # to be told: somebody handed it in


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"
