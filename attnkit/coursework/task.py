"""A task: what is asked, what varies from student to student, and the laws an answer must obey."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import torch

from attnkit.arguments import Range, checked

__all__ = ["Cases", "Kind", "Law", "ProblemSet", "Task", "law"]

Kind = Literal["derive", "implement", "predict", "break", "explain"]
Variant = Mapping[str, Any]
Cases = Callable[[torch.Generator, Variant], Iterator[dict[str, Any]]]


@checked
@dataclass(frozen=True)
class Law:
    """Something true of every right answer.

    Parameters
    ----------
    name : str
        Two or three words, such as "mass one".
    statement : str
        One sentence that says it, without a number that only the answer would give.
    cases : Cases
        `cases(generator, variant)` yields keyword arguments of `test`, the smallest first.
    test : callable
        `test(answer, **case)` returns None where the law holds, and otherwise half a sentence that
        says which way it fails, such as "the weights sum to more than one".
    """

    name: str
    statement: str
    cases: Cases
    test: Callable[..., str | None]


@checked
def law(name: str, statement: str, *, cases: Cases) -> Callable[[Callable[..., str | None]], Law]:
    """Turn a test function into a `Law`."""
    return lambda test: Law(name, statement, cases, test)


@checked
@dataclass(frozen=True)
class Task:
    """One exercise of a room, as it stands in the chapter and in a problem set.

    Parameters
    ----------
    name : str
        Its label, such as "entmax-threshold".
    title : str
        A few words.
    kind : Kind
        "derive", "implement", "predict", "break" or "explain".
    difficulty : int
        1 (routine) to 3 (hard).
    minutes : int
        What a student who has read the chapter needs.
    statement : str
        MyST text; `{size}` is replaced by the variant's `size` (double other braces).
    hints : tuple
        Three, from a nudge to almost there. None gives the answer.
    placeholder : str
        Python source of the function to be written, of the right name and signature, that returns
        NaN of the right shape. Empty where the answer is prose.
    laws : tuple
        What `check` holds the answer to, in the order in which they are tried.
    rubric : tuple
        What a grader looks for, one line per point, for an answer in prose.
    variants : mapping
        Vetted choices of each quantity that varies; the first is the default.
    library : mapping or None
        What of attnkit the answer may call, and how often in one call: `{"entmax": 1}`, or `{}`
        where the task is to do without. None for anything. The statement has to say so.
    autograd : bool
        Whether the answer may let torch differentiate. The statement has to say so.
    """

    name: str
    title: str
    kind: Kind
    difficulty: Annotated[int, Range(1, 3)]
    minutes: Annotated[int, Range(1, 600)]
    statement: str
    hints: tuple[str, str, str]
    placeholder: str = ""
    laws: tuple[Law, ...] = ()
    rubric: tuple[str, ...] = ()
    variants: Mapping[str, tuple] = field(default_factory=dict)
    library: Mapping[str, int] | None = None
    autograd: bool = True


@checked
@dataclass(frozen=True)
class ProblemSet:
    """The tasks of a room in the order in which they are handed out: the set's one master.

    Parameters
    ----------
    name, title, introduction : str
        Its label, its heading, and what stands before the first task.
    tasks : tuple
        In the order of the chapters that set them; their places number them everywhere.
    part : int
        The number of the room's part in the book; 0 where there is none.
    """

    name: str
    title: str
    introduction: str
    tasks: tuple[Task, ...]
    part: Annotated[int, Range(0, 1000)] = 0
