"""Whose notebook this is, where the same one is handed out to everybody."""

import os
from pathlib import Path

from attnkit.arguments import checked
from attnkit.coursework.student import Student

__all__ = ["this_student"]


@checked
def this_student(my_id: str, *, salt: str) -> Student | None:
    """Return the student who works on this notebook, or whose it is while nbgrader grades it.

    While nbgrader grades, the folder decides (`autograded/<id>/<assignment>`), so that a slip in an
    id, or the id of somebody else, changes nobody's task. Otherwise it is the id that the student
    wrote, or the name by which JupyterHub knows whoever wrote none; None, and a word about it,
    where there is neither.

    Parameters
    ----------
    my_id : str
        What the student wrote; may be empty.
    salt : str
        The course's own word.

    Raises
    ------
    ValueError
        If the salt is blank, or one of them holds control signs.
    """
    graded = _being_graded()
    if graded and my_id.strip() not in ("", graded):
        print(
            f"MY_ID is {my_id!r}, and this is the notebook of {graded!r}: it is graded as theirs."
        )
    who = graded or my_id.strip() or os.environ.get("JUPYTERHUB_USER", "")
    if who:
        return Student(who, salt=salt)
    print("Write your id in this course into MY_ID and run the notebook again: the tasks vary.")
    return None


def _being_graded() -> str:
    """The id that nbgrader gives to the folder in which it runs a notebook, empty elsewhere."""
    if os.environ.get("NBGRADER_EXECUTION") != "autograde":
        return ""
    return Path.cwd().parent.name
