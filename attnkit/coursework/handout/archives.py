"""What lies in an archive, and in the archives in it; nothing is unpacked onto the disk."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["LARGEST", "File", "is_handed_in", "is_hidden", "is_packed", "member", "opened"]

File = Path | zipfile.Path
LARGEST = 100 * 2**20  # bytes of one file; an archive may claim to hold anything
_DEEPEST = 3  # archives in archives
_PACKED = (".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")


def opened(path: File, depth: int = 0) -> Iterator[File]:
    """Each file of an archive; anything else, itself, and an archive without a notebook too."""
    archive = _archive(path) if _ends(path, ".zip") and depth < _DEEPEST else None
    if archive is None:
        yield path
        return
    names = [name for name in sorted(archive.namelist()) if not name.endswith("/")]
    wanted = [name for name in names if not any(map(is_hidden, name.split("/")))]
    inside = [file for name in wanted for file in opened(zipfile.Path(archive, name), depth + 1)]
    yield from inside
    if not any(map(is_handed_in, inside)):
        yield path  # to be told: somebody handed it in


def _archive(path: File) -> zipfile.ZipFile | None:
    """None where it only claims to be one, or is larger than any."""
    try:
        if isinstance(path, Path):
            return zipfile.ZipFile(path)
        if member(path).file_size > LARGEST:
            return None
        archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None
    archive.filename = str(path)
    return archive


def member(path: zipfile.Path) -> zipfile.ZipInfo:
    """What the archive says of a file in it."""
    return path.root.getinfo(path.at)


def is_handed_in(path: File) -> bool:
    """Whether it is a notebook by its name, or may hold one."""
    return _ends(path, ".ipynb", ".zip") or is_packed(path)


def is_packed(path: File) -> bool:
    """Whether it is an archive of a kind that is not read."""
    return _ends(path, *_PACKED)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is there for a program alone."""
    return name.startswith(".") or name == "__MACOSX"


def _ends(path: File, *endings: str) -> bool:
    return str(path).casefold().endswith(endings)
