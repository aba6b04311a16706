"""Cells that keep their ids from export to export, and the notebook they make up."""

from typing import Any

import nbformat
from nbformat import NotebookNode

from attnkit.coursework.asked import plain
from attnkit.coursework.catalogue import find_set, problem_sets
from attnkit.coursework.handout.solutions import Solution
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = [
    "METADATA",
    "PROSE",
    "check_call",
    "code",
    "drawn",
    "explained",
    "head",
    "introduction",
    "is_checked",
    "markdown",
    "notebook",
    "prose_points",
    "raw",
    "setup",
]

METADATA = "attnkit"  # the key under which a notebook says which set it is, and whose
PROSE = "*Your answer, in words:*"


def markdown(name: str, source: str, **metadata: Any) -> NotebookNode:
    """Return a Markdown cell with this id."""
    return nbformat.v4.new_markdown_cell(source.strip(), id=name, metadata=metadata)


def code(name: str, source: str, **metadata: Any) -> NotebookNode:
    """Return a code cell with this id."""
    return nbformat.v4.new_code_cell(source.strip("\n"), id=name, metadata=metadata)


def raw(name: str, source: str) -> NotebookNode:
    """Return a raw cell with this id."""
    return nbformat.v4.new_raw_cell(source.strip(), id=name)


def notebook(
    problem_set: ProblemSet, cells: list[NotebookNode], student: Student | None = None
) -> NotebookNode:
    """Put cells together; the metadata say which set it is, and whose."""
    whose = {} if student is None else {"student": student.id, "salt": student.salt}
    whole = find_set(problem_set.name) if problem_set.name in problem_sets() else problem_set
    if problem_set.tasks != whole.tasks:
        whose["tasks"] = [task.name for task in problem_set.tasks]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        METADATA: {"set": problem_set.name, **whose},
    }
    made = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    made.nbformat_minor = 5
    nbformat.validate(made)
    return made


def head(problem_set: ProblemSet, student: Student | None) -> list[NotebookNode]:
    """Return the introduction and the cell that imports what the tasks need."""
    who = f"Student({student.id!r}, salt={student.salt!r})" if student else "None"
    for_whom = f"\n\nFor student **{student.id}**." if student else ""
    names = "Student, check, variant"
    return [introduction(problem_set, for_whom), code("setup", setup(names, who))]


def introduction(problem_set: ProblemSet, for_whom: str = "") -> NotebookNode:
    """Return the cell above all tasks."""
    how = (
        "Write each function in place of what stands in its cell, then run the check below it. A "
        "check names the law that breaks and never gives the answer away. Stuck? Ask it for "
        '`hint=1`, then 2, then 3: `check("...", hint=1)`.'
    )
    text = f"# {problem_set.title}{for_whom}\n\n{plain(problem_set.introduction)}\n\n{how}"
    return markdown("introduction", text)


def setup(names: str, student: str) -> str:
    """Return the code that imports what the tasks need, and says whose they are."""
    imports = f"import math\n\nimport torch\n\nfrom attnkit.coursework import {names}"
    return f"{imports}\n\nSTUDENT = {student}"


def drawn(task: Task) -> list[NotebookNode]:
    """Return the cell that draws the student's variant, where anything varies."""
    source = f'variant("{task.name}", STUDENT)'
    return [code(f"{task.name}-variant", source)] if task.variants else []


def explained(task: Task, solution: Solution) -> str:
    """Return the teacher's explanation, and the rubric where there is one."""
    rubric = "".join(f"\n- {line}" for line in task.rubric)
    points = f"\n\n**What a grader looks for**\n{rubric}" if rubric else ""
    return plain(solution.explanation) + points


def is_checked(task: Task) -> bool:
    """Whether the answer is a function that laws can be held to."""
    return bool(task.laws and task.placeholder.strip())


def prose_points(task: Task) -> int:
    """Return what a person has to grade: a point for each line of the rubric, one without."""
    return len(task.rubric) if is_checked(task) else max(len(task.rubric), 1)


def check_call(task: Task, student: str = "STUDENT") -> str:
    """Return the code that checks the student's function."""
    return f'check("{task.name}", {function_name(task.placeholder)}, student={student})'
