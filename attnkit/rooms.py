"""What a room says about itself in `attnkit/<room>/room.toml`: its part, question, problem set."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import attnkit
from attnkit.arguments import checked

__all__ = ["Room", "room", "room_file", "rooms"]

_WANTED: dict[str, type] = {"part": int, "question": str, "problem_set": dict}
_WANTED_OF_A_SET: dict[str, type] = {"title": str, "introduction": str}


@checked
@dataclass(frozen=True)
class Room:
    """A room of the house, which is a part of the book.

    Parameters
    ----------
    name : str
        That of its folder.
    part : int
        Its place in the book, and the first half of the numbers of its exercises.
    question : str
        The heading of its part.
    title, introduction : str
        Of its problem set.
    numbered : tuple
        Names of the exercises whose numbers are in print: they come first, in this order.
    about : str
        What its chapters ask, for the first page.
    notebooks : str
        A pattern of the names of its notebooks; empty where there are none.
    """

    name: str
    part: int
    question: str
    title: str
    introduction: str
    numbered: tuple[str, ...] = ()
    about: str = ""
    notebooks: str = ""


def rooms() -> dict[str, Room]:
    """Return every room that has a `room.toml`, by name, in the order of the book."""
    names = {p.parent.name for root in attnkit.__path__ for p in Path(root).glob("*/room.toml")}
    found = [room(name) for name in names]
    return {each.name: each for each in sorted(found, key=lambda each: (each.part, each.name))}


@checked
def room(name: str) -> Room:
    """Read one room's `room.toml`.

    Raises
    ------
    ValueError
        If there is none, or it lacks an entry or holds one of another type; says which and where.
    """
    try:
        entries = tomllib.loads(room_file(name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"attnkit/{name}/room.toml can't be read: {error}") from None
    _require(entries, _WANTED, where=f"attnkit/{name}/room.toml")
    problems = entries["problem_set"]
    _require(problems, _WANTED_OF_A_SET, where=f"attnkit/{name}/room.toml, [problem_set]")
    return Room(
        name=name,
        part=entries["part"],
        question=entries["question"],
        title=problems["title"],
        introduction=" ".join(problems["introduction"].split()),
        numbered=tuple(problems.get("numbered", ())),
        about=" ".join(entries.get("about", "").split()),
        notebooks=entries.get("notebooks", ""),
    )


def room_file(name: str) -> Path:
    """Return the path of a room's `room.toml`.

    Raises
    ------
    ValueError
        If there is none; says what it must hold.
    """
    paths = [Path(root) / name / "room.toml" for root in attnkit.__path__]
    for path in paths:
        if path.exists():
            return path
    wanted = ", ".join([*_WANTED, *(f"problem_set.{key}" for key in _WANTED_OF_A_SET)])
    raise ValueError(f"{paths[0]} is missing; it must say {wanted}")


def _require(entries: dict[str, Any], wanted: dict[str, type], *, where: str) -> None:
    for key, kind in wanted.items():
        if key not in entries:
            raise ValueError(f"{where} must have {key} ({kind.__name__}), but has {list(entries)}")
        if type(entries[key]) is not kind:
            came = type(entries[key]).__name__
            raise ValueError(f"{where}: {key} must be {kind.__name__}, got {came}")
