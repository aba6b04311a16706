"""A room's problem set, put together from the tasks that its mechanisms declare."""

from functools import cache
from pathlib import Path

import attnkit
from attnkit.cards import read
from attnkit.coursework.task import ProblemSet, Task
from attnkit.discovery import Declared, layer_files
from attnkit.rooms import room

__all__ = ["problem_set", "rooms_with_tasks"]

_LAST = 10**6


def rooms_with_tasks() -> dict[str, str]:
    """Return the rooms that have tasks, by the names of their problem sets."""
    found = sorted({module.split(".")[1] for module in layer_files("tasks")})
    return {room.replace("_", "-"): room for room in found}


def problem_set(name: str) -> ProblemSet:
    """Return the problem set of a room.

    Exercises whose numbers are in print stand first, as `room.toml` lists them; the others follow
    in the order of their mechanisms' cards, then by difficulty, then by name.

    Raises
    ------
    ValueError
        If the room's `room.toml` is incomplete, or lists a task that the room does not declare.
    """
    about, declared = room(name), Declared("tasks", Task, name)
    unknown = sorted(set(about.numbered) - set(declared))
    if unknown:
        raise ValueError(f"attnkit/{name}/room.toml numbers {unknown}, which no task is called")
    order = cache(lambda card: read(card).order if card else _LAST)  # many tasks have one card
    printed = {task: place for place, task in enumerate(about.numbered)}
    found = [
        (printed.get(task.name, _LAST), order(_nearest_card(module)), task.difficulty, task.name)
        for module, tasks in declared.modules().items()
        for task in tasks
    ]
    return ProblemSet(
        name=name.replace("_", "-"),
        title=about.title,
        introduction=about.introduction,
        tasks=tuple(declared[task] for *_, task in sorted(set(found))),
        part=about.part,
    )


def _nearest_card(module: str) -> Path | None:
    """The nearest card above a module."""
    parts = module.split(".")[1:]
    for root in map(Path, attnkit.__path__):
        for depth in range(len(parts), 0, -1):
            card = root.joinpath(*parts[:depth], "card.toml")
            if card.exists():
                return card
    return None
