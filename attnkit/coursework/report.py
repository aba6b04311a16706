"""What a check found, readable in a terminal and in Jupyter."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Report", "Status"]

Status = Literal["passed", "failed", "not done yet", "graded by hand"]


@dataclass(frozen=True, repr=False)
class Report:
    """The outcome of `attnkit.coursework.check`.

    Parameters
    ----------
    task : str
        The task's name.
    status : Status
        "passed", "failed", "not done yet" or "graded by hand".
    law : str or None
        The law at which the check stopped, None unless the status is "failed".
    message : str
        What to tell the student, a paragraph per line; it never holds the wanted number.
    hint : str
        The hint that was asked for.
    rubric : tuple
        What a grader looks for in prose.
    case : mapping or None
        The input on which the law failed, to be tried by hand.
    variant : mapping
        What the student's task asked for.
    too_slow : bool
        Whether the answer was stopped because it took too long.
    """

    task: str
    status: Status
    law: str | None = None
    message: str = ""
    hint: str = ""
    rubric: tuple[str, ...] = ()
    case: Mapping[str, Any] | None = None
    variant: Mapping[str, Any] = field(default_factory=dict)
    too_slow: bool = False

    @property
    def passed(self) -> bool:
        """Whether every law holds."""
        return self.status == "passed"

    def require(self) -> None:
        """Raise AssertionError with the message unless the answer passed, as graders expect."""
        if not self.passed:
            raise AssertionError(str(self))

    def __str__(self) -> str:
        paragraphs = [f"{self.task}: {self.status}", *self.message.splitlines()]
        paragraphs += [f"Hint: {self.hint}"] if self.hint else []
        paragraphs += [f"- {point}" for point in self.rubric]
        return "\n".join(map(_filled, paragraphs))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        mark = {"passed": "✓", "failed": "✗"}.get(self.status, "…")
        paragraphs = [f"{mark} **{self.task}: {self.status}**"]
        paragraphs += map(_escaped, self.message.splitlines())
        paragraphs += [f"**Hint.** {self.hint}"] if self.hint else []
        paragraphs += ["\n".join(f"- {point}" for point in self.rubric)] if self.rubric else []
        return "\n\n".join(paragraphs)


def _filled(paragraph: str) -> str:
    return textwrap.fill(paragraph, 79, subsequent_indent="  ", break_on_hyphens=False)


def _escaped(paragraph: str) -> str:
    """Keep what is not between backticks from being read as Markdown."""
    parts = paragraph.split("`")
    parts[::2] = [re.sub(r"([\\*_<>$\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)
