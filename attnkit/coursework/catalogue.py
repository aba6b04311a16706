"""Find what the rooms ask: tasks, problem sets, and what a task's placeholder returns."""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import torch

from attnkit.arguments import checked
from attnkit.coursework.sets import problem_set, rooms_with_tasks
from attnkit.coursework.student import Student, draw_variant
from attnkit.coursework.task import ProblemSet, Task
from attnkit.discovery import Declared

__all__ = [
    "exercise_number",
    "exercise_numbers",
    "find_set",
    "find_task",
    "nearest",
    "placeholder_function",
    "problem_sets",
    "tasks",
    "variant",
]


def tasks() -> Declared:
    """Return every task that a room declares, by name; a lookup imports that task only."""
    return Declared("tasks", Task)


def problem_sets() -> dict[str, ProblemSet]:
    """Return the problem set of every room that declares tasks, by name."""
    return {name: problem_set(room) for name, room in rooms_with_tasks().items()}


@checked
def find_task(name: str) -> Task:
    """Return the task of this name; a ValueError suggests the nearest."""
    return _find(name, tasks(), "task")


@checked
def find_set(name: str) -> ProblemSet:
    """Return the problem set of this name; a ValueError suggests the nearest."""
    return problem_set(_find(name, rooms_with_tasks(), "problem set"))


def exercise_number(task: Task) -> str:
    """Return the number of a task in the book and in every hand-out: "1.7" is part 1, seventh.

    Raises
    ------
    ValueError
        If no problem set holds the task.
    """
    module = tasks().module_of(task.name)
    numbers = _numbers(problem_set(module.split(".")[1])) if module else {}
    if task.name not in numbers:
        raise ValueError(f"the task {task.name!r} is in no problem set")
    return numbers[task.name]


def exercise_numbers() -> dict[str, str]:
    """Return the number of every task, by its name."""
    return {task: n for each in problem_sets().values() for task, n in _numbers(each).items()}


def _numbers(problems: ProblemSet) -> dict[str, str]:
    before = f"{problems.part}." if problems.part else ""
    return {task.name: f"{before}{place}" for place, task in enumerate(problems.tasks, 1)}


@checked
def variant(task: Task | str, student: Student | None = None) -> dict[str, Any]:
    """Return what varies in a task, as it is for this student.

    A quantity's place among its vetted choices is the first eight bytes of sha256 of salt, id,
    task and quantity, modulo their number, so that a grader draws the same on any machine.
    Without a student every quantity has its first choice.
    """
    return draw_variant(find_task(task) if isinstance(task, str) else task, student)


@lru_cache
def placeholder_function(source: str) -> Callable | None:
    """Return the function that a placeholder defines, or None where the answer is prose."""
    if not source.strip():
        return None
    before = {"torch": torch, "math": math, "__name__": "placeholder"}
    defined = dict(before)
    exec(source, defined)
    functions = [thing for name, thing in defined.items() if name not in before]
    return [thing for thing in functions if callable(thing)][-1]


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is nearest to one that is not known, or list them all."""
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.4)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"


def _find(name: str, known: Mapping[str, Any], what: str) -> Any:
    if name in known:
        return known[name]
    raise ValueError(
        f"name must be that of a {what}: no {what} is called {name!r}; {nearest(name, known)}"
    )
