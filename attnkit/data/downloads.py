"""Files fetched once, on request: kept only when whole, right, and of a digest that is known."""

import hashlib
import http.client
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

__all__ = ["Pinned", "checksum", "git_blob", "obtain"]

T = TypeVar("T")
Pinned = Callable[[Path], bool]
"""Whether a file is the one whose digest stands in the source."""

_TIMEOUT_SECONDS = 60


def obtain(
    path: Path,
    url: str,
    *,
    download: bool,
    read: Callable[[Path], T],
    pinned: Pinned,
    trusted: Mapping[str, str] | None = None,
) -> T:
    """Return what `read` makes of a file that is the pinned one, or one that the caller trusts.

    A missing file is fetched if `download` is true. It is kept only if it is as long as the host
    said, is known by its digest, and `read` takes it. A file that is there must be known too: none
    is trusted because it came first.

    Parameters
    ----------
    path : Path
        Path of the file.
    url : str
        Where it is fetched from.
    download : bool
        Whether it may be fetched.
    read : callable
        Turns the file into data, or raises ValueError.
    pinned : callable
        Whether a file is the one that is meant.
    trusted : mapping
        SHA-256 of another copy that the caller trusts, by the file's name.

    Raises
    ------
    FileNotFoundError
        If the file is not there and `download` is false.
    ConnectionError
        If it can't be fetched, or what came is cut short or another file; nothing is left behind.
    ValueError
        If the file is not known or damaged, or the folder is a file.
    """
    wanted = (trusted or {}).get(path.name)
    if path.is_file():
        _require_known(path, pinned, wanted)
        return _read(path, read)
    if not download:
        raise FileNotFoundError(
            f"no {path.name} in {path.parent}; download=True fetches it from {url}, "
            "or put the file there yourself"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ValueError(f"folder must be a folder, got the file {path.parent}") from None
    return _fetch(path, url, read, lambda file: _is_known(file, pinned, wanted))


def _require_known(path: Path, pinned: Pinned, wanted: str | None) -> None:
    if not _is_known(path, pinned, wanted):
        raise ValueError(
            f"{path} is not the file that attnkit knows: delete it and fetch it again or, if you "
            f'trust it, say so by sha256={{"{path.name}": "{checksum(path)}"}}'
        )


def _is_known(path: Path, pinned: Pinned, wanted: str | None) -> bool:
    return pinned(path) if wanted is None else checksum(path) == wanted.lower()


def _read(path: Path, read: Callable[[Path], T]) -> T:
    try:
        return read(path)
    except ValueError as error:
        raise ValueError(f"{error}; delete {path} and fetch it again") from None


def _fetch(path: Path, url: str, read: Callable[[Path], T], known: Pinned) -> T:
    handle, name = tempfile.mkstemp(".part", f".{path.name}.", path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:
            shutil.copyfileobj(answer, file)
            announced = answer.headers.get("Content-Length")
        _require_whole(temporary, announced, known)
        data = read(temporary)
        os.replace(temporary, path)
    except (OSError, http.client.HTTPException, _Other) as error:
        raise ConnectionError(
            f"could not fetch {url} ({error}); with a connection, try again, or put "
            f"{path.name} into {path.parent} yourself"
        ) from None
    except ValueError as error:
        raise ConnectionError(
            f"{url} did not send {path.name} ({str(error).replace(temporary.name, path.name)}); "
            f"a login page or a proxy may have answered: put the file into {path.parent} yourself"
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
    return data


class _Other(Exception):
    """What came is not the file that was asked for."""


def _require_whole(path: Path, announced: str | None, known: Pinned) -> None:
    size = path.stat().st_size
    if announced is not None and announced.isdecimal() and int(announced) != size:
        raise _Other(f"{size} of {announced} bytes came")
    if not known(path):
        raise _Other(
            f"{size} bytes came that attnkit does not know, of SHA-256 {checksum(path)}: if you "
            "trust them, say so by sha256="
        )


def git_blob(path: Path) -> str:
    """Return a file's git blob id: SHA-1 of its length and its bytes."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def checksum(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
