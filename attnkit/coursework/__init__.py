"""Exercises that check themselves: tasks, the laws their answers obey, and what is handed out."""

from attnkit.coursework.task import Law, ProblemSet, Task, law

__all__ = ["Law", "ProblemSet", "Task", "law"]
