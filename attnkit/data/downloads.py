"""Files fetched once, on request, and known again by their checksums."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from urllib.request import urlopen

__all__ = ["CHECKSUMS", "obtain"]

CHECKSUMS = "checksums.json"
_TIMEOUT_SECONDS = 60


def obtain(path: Path, url: str, *, download: bool) -> Path:
    """Return the path of a file that is there and as it was when it was fetched.

    A missing file is fetched if `download` is true, and its SHA-256 is written to `checksums.json`
    beside it; later the file must still have it. A file that a person put there has no record and
    is taken as it is.

    Raises
    ------
    FileNotFoundError
        If the file is not there and `download` is false.
    ConnectionError
        If it can't be fetched; nothing is left behind.
    ValueError
        If the file has changed since it was fetched, or the record is damaged.
    """
    if path.is_file():
        _verify(path)
        return path
    if not download:
        raise FileNotFoundError(
            f"no {path.name} in {path.parent}; download=True fetches it from {url}, "
            "or put the file there yourself"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    _fetch(path, url)
    return path


def _fetch(path: Path, url: str) -> None:
    handle, temporary = tempfile.mkstemp(".part", f".{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file, urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:
            shutil.copyfileobj(answer, file)
        record = _records(path.parent) | {path.name: _checksum(Path(temporary))}
        (path.parent / CHECKSUMS).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise ConnectionError(
            f"could not fetch {url} ({error}); with a connection, try again, or put "
            f"{path.name} into {path.parent} yourself"
        ) from None
    finally:
        Path(temporary).unlink(missing_ok=True)


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
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise ValueError(f"{path} is damaged; delete it to accept the files beside it as they are")
    return record


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
