"""Tables that a spreadsheet opens as they are meant."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from attnkit.coursework.handout.errors import HandoutError

__all__ = ["FOR_EXCEL", "PLAIN", "inert", "lines_of", "refuse_to_lose", "write_table", "write_text"]

_SEPARATORS = ",;\t"
PLAIN = "utf-8"
FOR_EXCEL = "utf-8-sig"  # without its mark Excel takes a file for one of its own old code pages


def refuse_to_lose(path: Path, *, overwrite: bool) -> None:
    """Raise HandoutError if the table would replace a file, or could not be written at the end."""
    if not path.resolve().parent.is_dir():
        raise HandoutError(f"cannot write {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise HandoutError(f"cannot write {path}: it is a folder")
    if path.exists() and not overwrite:
        raise HandoutError(
            f"{path} is there already, and nothing was written; replace it with --overwrite"
        )


def write_table(
    rows: Iterable[Mapping], columns: Sequence[str], path: Path, *, encoding: str = PLAIN
) -> str:
    """Write rows as CSV and return a line that says what became of the file.

    Raises
    ------
    HandoutError
        If the file cannot be written.
    """
    lines = [columns, *([inert(str(row.get(name, ""))) for name in columns] for row in rows)]

    def write(file):
        csv.writer(file).writerows(lines)

    return _written(path, write, encoding)


def write_text(text: str, path: Path) -> str:
    """Write a text and return a line that says what became of the file.

    Raises
    ------
    HandoutError
        If the file cannot be written.
    """
    return _written(path, lambda file: file.write(text), PLAIN)


def _written(path: Path, write: Callable[[TextIO], Any], encoding: str) -> str:
    done = "replaced" if path.exists() else "wrote"
    try:
        with path.open("w", newline="", encoding=encoding, errors="replace") as file:
            write(file)
    except OSError as error:
        raise HandoutError(f"cannot write {path}: {error.strerror or error}") from None
    return f"{done} {path}"


def inert(text: str) -> str:
    """Keep a spreadsheet from reading what a student chose, such as an id, as a formula."""
    plain = unicodedata.normalize("NFKC", text).lstrip()  # full-width signs count too
    return f"'{text}" if plain.startswith(("=", "+", "-", "@")) else text


def lines_of(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines of a table that hold anything, with their numbers.

    Raises
    ------
    HandoutError
        If the file cannot be read, or is no table in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise HandoutError(f"{path} is no text in UTF-8: save it as such") from None
    lines = [line for line in text.splitlines() if line.strip()]
    head = next((line for line in lines if not line.casefold().startswith("sep=")), "")
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        found = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise HandoutError(f"{path} is no table: {error}, line {reader.line_num}") from None
    return [(number, cells) for number, cells in found if any(cells) and not _is_hint(*cells)]


def _is_hint(first: str, *_: str) -> bool:
    """Excel's own first line, `sep=;`, is no heading."""
    return first.casefold() in ("sep=", *(f"sep={sign}" for sign in _SEPARATORS))
