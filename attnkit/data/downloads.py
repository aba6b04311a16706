"""Files fetched once, on request: kept only when whole and right, and known again afterwards."""

import hashlib
import http.client
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

__all__ = ["CHECKSUMS", "git_blob", "obtain"]

T = TypeVar("T")
CHECKSUMS = "checksums.json"
_TIMEOUT_SECONDS = 60


def obtain(
    path: Path, url: str, *, download: bool, read: Callable[[Path], T], blob: str | None = None
) -> T:
    """Return what `read` makes of a file that is there and as it was when it was fetched.

    A missing file is fetched if `download` is true. It is kept only if it is as long as the host
    said, has the pinned checksum, and `read` takes it; then its SHA-256 is written to
    `checksums.json` beside it, and later the file must still have it. A file that a person put
    there has no record; `read` decides.

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
    blob : str or None
        The file's git blob id, where the host is a git repository.

    Raises
    ------
    FileNotFoundError
        If the file is not there and `download` is false.
    ConnectionError
        If it can't be fetched, or what came is cut short or another file; nothing is left behind.
    ValueError
        If the file has changed since it was fetched, it or the record is damaged, or the folder is
        a file.
    """
    if path.is_file():
        _verify(path)
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
    return _fetch(path, url, read, blob)


def _read(path: Path, read: Callable[[Path], T]) -> T:
    try:
        return read(path)
    except ValueError as error:
        raise ValueError(f"{error}; delete {path} and fetch it again") from None


def _fetch(path: Path, url: str, read: Callable[[Path], T], blob: str | None) -> T:
    handle, name = tempfile.mkstemp(".part", f".{path.name}.", path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:
            shutil.copyfileobj(answer, file)
            announced = answer.headers.get("Content-Length")
        _require_whole(temporary, announced, blob)
        data = read(temporary)
        record = _records(path.parent) | {path.name: _checksum(temporary)}
        (path.parent / CHECKSUMS).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
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


def _require_whole(path: Path, announced: str | None, blob: str | None) -> None:
    size = path.stat().st_size
    if announced is not None and announced.isdecimal() and int(announced) != size:
        raise _Other(f"{size} of {announced} bytes came")
    if blob is not None and git_blob(path) != blob:
        raise _Other(f"{size} bytes came, and they are not the file with git blob id {blob[:12]}")


def git_blob(path: Path) -> str:
    """Return a file's git blob id: SHA-1 of its length and its bytes."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _verify(path: Path) -> None:
    wanted = _records(path.parent).get(path.name)
    if wanted is not None and wanted != _checksum(path):
        raise ValueError(
            f"{path} has changed since it was fetched (its SHA-256 was {wanted[:12]}...); delete "
            "it and fetch it again"
        )


def _records(folder: Path) -> dict[str, str]:
    path = folder / CHECKSUMS
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        record = None
    if not isinstance(record, dict) or not all(isinstance(v, str) for v in record.values()):
        raise ValueError(f"{path} is damaged; delete it to accept the files beside it as they are")
    return record


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
