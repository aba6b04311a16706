"""One thing that was looked at."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Finding", "Verdict"]

Verdict = Literal["ok", "note", "warning", "wrong"]
"""A note asks for nothing; a warning works, but may not do what you expect."""

_WIDTH = 22


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, whether that is well, and what to do.

    Parameters
    ----------
    what : str
        A word or two.
    found : str
        A version, a place, or an error. The home folder is written as ~ here and in `advice`.
    verdict : "ok", "note", "warning" or "wrong"
        A note asks for nothing; a warning works, but may not do what you expect.
    advice : str
        What to do; empty where nothing needs to be done.
    """

    what: str
    found: str
    verdict: Verdict = "ok"
    advice: str = ""

    def __post_init__(self):
        for name in ("found", "advice"):
            object.__setattr__(self, name, _without_home(getattr(self, name)))

    def __str__(self) -> str:
        line = f"{self.verdict:8} {self.what:{_WIDTH}} {self.found}"
        return f"{line}\n{'':8} {'':{_WIDTH}} -> {self.advice}" if self.advice else line


def _without_home(text: str) -> str:
    """The text in one line, with ~ for the home folder, whose name is mostly a person's."""
    for home in {str(Path.home()), os.path.realpath(Path.home())} - {os.sep}:
        text = text.replace(home, "~")
    return " ".join(text.split())
