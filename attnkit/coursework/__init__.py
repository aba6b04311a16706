"""Exercises that check themselves: tasks, the laws their answers obey, and what is handed out."""

from attnkit.coursework import compare
from attnkit.coursework.asked import asked
from attnkit.coursework.catalogue import find_set, find_task, problem_sets, tasks, variant
from attnkit.coursework.checking import check
from attnkit.coursework.errors import AnswerError
from attnkit.coursework.report import Report
from attnkit.coursework.student import Student, describe
from attnkit.coursework.task import Law, ProblemSet, Task, law
from attnkit.coursework.whose import this_student

__all__ = [
    "AnswerError",
    "Law",
    "ProblemSet",
    "Report",
    "Student",
    "Task",
    "asked",
    "check",
    "compare",
    "describe",
    "find_set",
    "find_task",
    "law",
    "problem_sets",
    "tasks",
    "this_student",
    "variant",
]
