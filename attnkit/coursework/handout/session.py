"""The program that runs one submission: `python -m attnkit.coursework.handout.session JOB TOLD`.

A process of its own, in an empty folder: it runs the cells of JOB as IPython does, judges each
answer as soon as its part of the notebook has run, and writes what happens to TOLD, a line of JSON
for each event. What cells print goes nowhere. The names of the grader are those of this module,
which no cell can overwrite by a variable of its own.
"""

import builtins
import json
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from attnkit.coursework.catalogue import find_task
from attnkit.coursework.handout.grades import judged, row_of
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.report import Report
from attnkit.coursework.student import Student
from attnkit.coursework.task import Task

__all__ = ["main"]


class Shell(InteractiveShell):
    """IPython without a terminal, a window or a history of its own."""

    def ask_exit(self) -> None:
        """`exit()` in a cell ends nothing."""

    def enable_gui(self, gui: str | None = None) -> None:
        """No window is opened."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Nobody reads it."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Nobody reads it."""


class Session:
    """One run of a notebook, and what its cells have defined so far."""

    def __init__(self, job: dict[str, Any], told: Path) -> None:
        self.told, self.process = told, os.getpid()
        self.tasks = {name: find_task(name) for name in job["tasks"]}
        self.student = Student(**job["student"]) if job["student"] else None
        self.builtins = dict(vars(builtins))
        self.own: dict[str, Any] = {}  # what a task's own part of the notebook defined last
        self.last: dict[str, Any] = {}  # what any cell defined last
        self.again: dict[str, Any] = {}  # to be judged once more when everything has run
        self.in_cell = False
        config = Config()
        config.HistoryManager.enabled = False
        self.shell = Shell.instance(config=config)

    def tell(self, **event: Any) -> None:
        """Write down an event; a copy that a cell forked off has nothing to say."""
        if os.getpid() != self.process:
            os._exit(0)
        with self.told.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def run(self, cell: int, source: str, part: str | None) -> None:
        """Run a cell, and note which functions of the tasks it defined."""
        self.tell(running=cell)
        error = self._error_of(source)
        vars(builtins).update(self.builtins)
        self.tell(ran=cell, raised=_said(error) if error else None)
        for name, task in self.tasks.items():
            self._note(task, mine=name == part)

    def _error_of(self, source: str) -> BaseException | None:
        self.in_cell = True
        try:
            result = self.shell.run_cell(source, store_history=True)
        finally:
            self.in_cell = False
        return result.error_before_exec or result.error_in_exec

    def interrupted(self, *_: Any) -> None:
        """What a cell that takes too long is stopped by; between two cells it is too late."""
        if self.in_cell:
            raise KeyboardInterrupt

    def _note(self, task: Task, *, mine: bool) -> None:
        defined = self.shell.user_ns.get(function_name(task.placeholder))
        if defined is None or defined is self.last.get(task.name):
            return
        self.last[task.name] = defined
        if mine:
            self.own[task.name] = defined

    def judge(self, task: str) -> None:
        """Judge what the task's own part of the notebook defined, as it stands there."""
        answer = self.own.get(task, self.last.get(task))
        report = self._report(task, answer)
        if report.status == "not done yet":
            self.again[task] = None
        elif "raised NameError" in report.message:
            self.again[task] = answer

    def judge_again(self) -> None:
        """An answer outside its part counts too, and one whose helpers are defined below it."""
        for task, answer in self.again.items():
            self._report(task, self.last.get(task) if answer is None else answer)

    def _report(self, name: str, answer: Any) -> Report:
        self.tell(judging=name)
        student = self.student or self.shell.user_ns.get("STUDENT")
        student = student if isinstance(student, Student) else None
        with self.shell.builtin_trap, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            report = judged(self.tasks[name], answer, student)
        self.tell(row=row_of(report), student=student and student.id)
        return report


def _said(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # the message of an exception is a student's code, too
        text = ""
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def main(job: Path, told: Path) -> None:
    """Run every step of the job."""
    todo = json.loads(job.read_text(encoding="utf-8"))
    session = Session(todo, told)
    signal.signal(signal.SIGINT, session.interrupted)
    for step in todo["steps"]:
        getattr(session, step.pop("do"))(**step)
    session.judge_again()
    session.tell(done=True)
    os._exit(0)  # whatever threads the cells left behind


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
