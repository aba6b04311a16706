"""A file of JSON lines that only grows, and that one run at a time may write."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.store import ADVICE, cannot_write

__all__ = ["Lines"]

if os.name == "nt":
    import msvcrt

    def _lock(file: Any) -> None:
        file.seek(1 << 40)  # far behind what is written: other programs may read the lines
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: Any) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lines:
    """JSON objects, one a line, each known by where its line starts; in memory without a path.

    A last line that a crash has torn is dropped.

    Raises
    ------
    ExperimentError
        If the file cannot be written, is damaged, or another run writes it.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.file: Any = io.BytesIO() if path is None else _locked(path)

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The start and the content of each line."""
        start = self.file.seek(0)
        for number, line in enumerate(iter(self.file.readline, b""), start=1):
            if number > 1 and not line.endswith(b"\n"):
                self.file.truncate(start)
                return
            yield start, self._parsed(line, number)
            start += len(line)

    def at(self, start: int) -> dict[str, Any]:
        """The content of the line that starts here."""
        self.file.seek(start)
        return json.loads(self.file.readline())

    def append(self, content: dict[str, Any]) -> int:
        """Write a line, at once, and return where it starts."""
        text = json.dumps(content, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        start = self.file.seek(0, os.SEEK_END)
        try:
            self.file.write(text.encode() + b"\n")
            self.file.flush()
        except OSError as error:
            raise cannot_write(self.path, error) from None
        return start

    def close(self) -> None:
        """Let another run have the file."""
        self.file.close()

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            content = json.loads(line)
        except ValueError as error:
            raise ExperimentError(
                f"{self.path} cannot be read (line {number}: {error}); {ADVICE}"
            ) from None
        if not isinstance(content, dict) or not line.endswith(b"\n"):
            raise ExperimentError(f"{self.path} must hold JSON objects, line by line; {ADVICE}")
        return content


def _locked(path: Path) -> Any:
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = open(path, "a+b")  # noqa: SIM115
        except OSError as error:
            raise cannot_write(path, error) from None
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            file.close()
            raise ExperimentError(
                f"another run is writing {path}: wait until it ends, or choose another folder "
                "with --out (folder= in Python)"
            ) from None
        except OSError:
            return file  # a file system without locks
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()  # the other run ended meanwhile, and took the file away
