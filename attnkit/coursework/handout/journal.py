"""What was graded so far, kept beside the table until it is whole: the same command goes on."""

import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch

import attnkit
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.found import File
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.handout.submission import read_submission

__all__ = ["Journal"]


class Journal:
    """A line of JSON for each notebook, in a file that lies beside the table.

    A notebook is known again by where it lies, what is in it, and the code that judged it. One
    whose kernel died is not written down: the machine may have been short of memory.

    Parameters
    ----------
    table : pathlib.Path
        The table that is being made; the journal's name is its name with `.part`.
    """

    def __init__(self, table: Path) -> None:
        self.path = table.with_name(f"{table.name}.part")
        self.found: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, str] = {}
        for event in _events(self.path):
            self.tables |= event.get("tables", {})
            if "key" in event:
                self.found[event["key"]] = event

    def known(self, files: Sequence[File]) -> dict[int, Paper]:
        """The papers that were graded before, by their place among the files."""
        found = {place: self.found.get(_key(file)) for place, file in enumerate(files)}
        return {place: _paper(files[place], event) for place, event in found.items() if event}

    def note(self, paper: Paper) -> None:
        """Write down a paper."""
        died = any(row["law"].startswith("not graded: its kernel died") for row in paper.rows)
        if paper.submission is not None and not died:
            line = {"student": paper.student, "rows": paper.rows, "troubles": paper.troubles}
            self._append({"key": _key(paper.path), **line})

    def stopped(self, tables: Sequence[Path]) -> None:
        """Write down which tables a run wrote that was stopped: the next may replace them."""
        self._append(
            {"tables": {str(path.resolve()): _digest(path.read_bytes()) for path in tables}}
        )

    def wrote(self, table: Path) -> bool:
        """Whether a file is a table of a run that was stopped, and as that run left it."""
        known = self.tables.get(str(table.resolve()))
        return table.is_file() and known == _digest(table.read_bytes())

    def finished(self) -> None:
        """All is in the table."""
        self.path.unlink(missing_ok=True)

    def _append(self, event: Mapping[str, Any]) -> None:
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"\n{json.dumps(event)}\n")
        except OSError as error:
            raise HandoutError(f"cannot write {self.path}: {error.strerror or error}") from None


def _events(path: Path) -> list[dict[str, Any]]:
    """What a journal says; a line that was cut off says nothing."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    events = []
    for line in filter(None, lines):
        try:
            events.append(json.loads(line))
        except ValueError:
            continue
    return [event for event in events if isinstance(event, dict)]


def _paper(file: File, event: Mapping[str, Any]) -> Paper:
    return Paper(file, event["student"], event["rows"], event["troubles"], read_submission(file))


def _key(file: File) -> str:
    try:
        inside = file.read_bytes()
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return ""
    return _digest(b"\0".join([_judge(), str(file).encode(errors="replace"), inside]))


@cache
def _judge() -> bytes:
    """What decides besides the notebook: every line of attnkit, and the versions below it."""
    package = Path(attnkit.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml"))
    versions = f"{sys.version} {torch.__version__}".encode()
    return b"".join([versions, *(_digest(path.read_bytes()).encode() for path in files)])


def _digest(what: bytes) -> str:
    return hashlib.sha256(what).hexdigest()
