"""Hold an answer to the laws of its task."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

import torch

from attnkit.arguments import checked
from attnkit.coursework.catalogue import find_task, placeholder_function
from attnkit.coursework.errors import NotDoneError, TooSlowError
from attnkit.coursework.guard import Guarded
from attnkit.coursework.limits import Clock, Stop, run_within
from attnkit.coursework.reach import Reach
from attnkit.coursework.report import Report
from attnkit.coursework.show import shown_case
from attnkit.coursework.student import Student, draw_variant, seed_of
from attnkit.coursework.surroundings import left_alone
from attnkit.coursework.task import Law, Task

__all__ = ["check"]


@checked
def check(
    name: str,
    answer: Any = None,
    *,
    hint: int | None = None,
    student: Student | None = None,
) -> Report:
    """Hold an answer to the laws of its task; stop at the first that fails, and name it.

    The laws are tried in order, each on seeded inputs, the smallest first. The answer works on
    copies, and may compute for 4 seconds a call and 6 seconds in all; what it prints is dropped;
    the global random state is as before. Whatever the answer does wrong, raising included, is told
    in a plain sentence. No message holds the wanted number.

    Parameters
    ----------
    name : str
        The task, such as "entmax-threshold".
    answer : Any
        The function to be checked; None for a hint alone, or where the answer is prose.
    hint : int or None
        1, 2 or 3, from a nudge to almost there.
    student : Student or None
        Whose variant and inputs to use.

    Raises
    ------
    ValueError
        For a task that does not exist (with the nearest name), or a hint other than 1, 2, 3.
    """
    task = find_task(name)
    if hint is not None and (type(hint) is not int or hint not in (1, 2, 3)):
        raise ValueError(f"hint must be 1, 2 or 3, got {hint!r}")
    found = _judged(task, answer, student)
    return Report(
        task.name,
        **found,
        hint=task.hints[hint - 1] if hint else "",
        variant=draw_variant(task, student),
    )


def _judged(task: Task, answer: Any, student: Student | None) -> dict[str, Any]:
    """Return the status, and with it law, message, case or rubric."""
    if not task.laws:
        message = "The answer is prose. A grader looks for:"
        return {"status": "graded by hand", "message": message, "rubric": task.rubric}
    if answer is None or answer is ...:
        return _not_done(task)
    if not callable(answer):
        return {
            "status": "failed",
            "message": f"Hand over the function itself, check({task.name!r}, your_function): "
            f"got a value of type {type(answer).__name__}.",
        }
    return _Trial(task, answer, student).verdict()


def _not_done(task: Task) -> dict[str, Any]:
    laws = ", ".join(law.name for law in task.laws)
    message = f"Nothing to check so far. Laws that will be tried: {laws}."
    return {"status": "not done yet", "message": message}


class _Nowhere(io.TextIOBase):
    """Where an answer prints: nothing is kept but that it did, be it gigabytes."""

    heard = False

    def write(self, text: str) -> int:
        """Drop the text."""
        self.heard = self.heard or bool(text)
        return len(text)


class _Trial:
    """One answer before the laws of its task, and where in them it stands."""

    def __init__(self, task: Task, answer: Callable, student: Student | None) -> None:
        self.task, self.clock = task, Clock()
        self.variant, self.seed = draw_variant(task, student), seed_of(task, student)
        placeholder = placeholder_function(task.placeholder)
        reach = Reach(task.library, task.autograd)
        self.answer = Guarded(answer, placeholder, self.clock, reach)
        self.law, self.case = task.laws[0], None
        self.printed = _Nowhere()

    def verdict(self) -> dict[str, Any]:
        """Try every law."""
        try:
            with left_alone(self.seed), contextlib.redirect_stdout(self.printed):
                sentence = run_within(self.clock, self._first_failure)
        except NotDoneError:
            return self._not_done()
        except TooSlowError as error:
            return self._failed(str(error)) | {"too_slow": True}
        if sentence is None:
            return self._passed()
        return self._failed(sentence)

    def _first_failure(self) -> str | None:
        for law in self.task.laws:
            generator = torch.Generator().manual_seed(self.seed)
            for case in law.cases(generator, self.variant):
                self.law, self.case = law, case
                if sentence := self._tried(law, case):
                    return sentence
        return None

    def _tried(self, law: Law, case: dict[str, Any]) -> str | None:
        try:
            return law.test(self.answer, **case)
        except NotDoneError:
            raise
        except NotImplementedError as error:
            if error is self.answer.raised:
                raise NotDoneError from error
            return self.answer.sentence(error)
        except (KeyboardInterrupt, Stop):
            raise
        except BaseException as error:
            return self.answer.sentence(error)

    def _not_done(self) -> dict[str, Any]:
        found = _not_done(self.task)
        if self.printed.heard:
            found["message"] += " Your function prints: let it return its result instead."
        return found

    def _passed(self) -> dict[str, Any]:
        message = f"Every law holds: {self._names(self.task.laws)}."
        if self.task.rubric:
            message += "\nWhat the task asks in prose is graded by hand."
        return {"status": "passed", "message": message}

    def _failed(self, sentence: str) -> dict[str, Any]:
        held = self.task.laws[: self.task.laws.index(self.law)]
        lines = [f"The law that breaks is “{self.law.name}”: {self.law.statement}"]
        given = f"With {shown_case(self.case)}" if self.case else "Here"
        lines += [f"{given}: {sentence.rstrip('.')}."]
        lines += [f"Before it, these hold: {self._names(held)}."] if held else []
        message = "\n".join(lines)
        return {"status": "failed", "law": self.law.name, "message": message, "case": self.case}

    @staticmethod
    def _names(laws: tuple[Law, ...]) -> str:
        return ", ".join(law.name for law in laws)
