"""The teacher's solutions: files that lie outside the package, one for each task."""

import ast
from dataclasses import dataclass
from pathlib import Path

import attnkit
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.task import Task

__all__ = ["Solution", "read_solution", "solutions_folder"]


@dataclass(frozen=True)
class Solution:
    """What a teacher's file says.

    Parameters
    ----------
    path : Path
        The file.
    explanation : str
        Its docstring, in MyST; where the answer is prose, the answer.
    code : str
        The rest, which defines the function of the task's placeholder; empty for prose.
    """

    path: Path
    explanation: str
    code: str


def solutions_folder() -> Path:
    """Return the folder in which a source checkout keeps the solutions."""
    return Path(attnkit.__file__).parents[1] / "teacher" / "solutions"


def read_solution(task: Task, folder: Path | None = None) -> Solution:
    """Read `<task_with_underscores>.py` in the folder, by default the checkout's.

    Raises
    ------
    HandoutError
        If there is no such file, or it is not Python that opens with a docstring.
    """
    path = (folder or solutions_folder()) / f"{task.name.replace('-', '_')}.py"
    try:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
    except OSError:
        raise HandoutError(
            f"no solution of {task.name} in {path.parent}; installed packages carry none: "
            "name the teacher's folder with --solutions, or work in a source checkout"
        ) from None
    except SyntaxError as error:
        raise HandoutError(f"{path} is not Python: {error.msg}, line {error.lineno}") from None
    explanation = ast.get_docstring(tree)
    if explanation is None:
        raise HandoutError(f"{path} must open with a docstring that explains the solution")
    code = "\n".join(source.splitlines()[tree.body[0].end_lineno :]).strip()
    return Solution(path, explanation, code)
