"""Exercises that check themselves: tasks, the laws their answers obey, and what is handed out."""

from attnkit.coursework import compare
from attnkit.coursework.catalogue import find_set, find_task, problem_sets, tasks, variant
from attnkit.coursework.checking import check
from attnkit.coursework.errors import AnswerError
from attnkit.coursework.report import Report
from attnkit.coursework.student import Student, describe
from attnkit.coursework.task import Law, ProblemSet, Task, law

__all__ = [
    "AnswerError",
    "Law",
    "ProblemSet",
    "Report",
    "Student",
    "Task",
    "check",
    "compare",
    "describe",
    "find_set",
    "find_task",
    "law",
    "problem_sets",
    "tasks",
    "variant",
]
