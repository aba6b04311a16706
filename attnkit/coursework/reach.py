"""What a task does without: calls that an answer may not make are seen, however it makes them."""

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from attnkit.coursework.errors import AnswerError

__all__ = ["Reach"]

_BOUNDARY = ("attnkit.arguments", "attnkit.annotations", "attnkit.shapes", "attnkit.validate")
_IMPORTING = ("<module>", "__getattr__")
_EVENTS = ("call", "return")
_AUTOGRAD = "autograd"
_CALLS = 12  # of the answer are looked at: looking takes time, and inputs begin with the smallest


class Reach:
    """Counts what an answer calls of attnkit, and whether it lets torch differentiate.

    Parameters
    ----------
    library : mapping or None
        What of attnkit may be called in one call of the answer, and how often; None for anything.
    autograd : bool
        Whether torch may differentiate.
    """

    def __init__(self, library: Mapping[str, int] | None, autograd: bool) -> None:
        self.library, self.autograd = library, autograd
        self.counts: Counter[str] = Counter()
        self.left = _CALLS
        self.inside: FrameType | None = None  # the call of the library that has not returned yet

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Look at what this thread calls, where the task does without something."""
        self.counts.clear()
        if self.left <= 0 or (self.library is None and self.autograd):
            yield
            return
        self.left -= 1
        before, self.inside = sys.getprofile(), None
        sys.setprofile(self._passed_on())
        try:
            yield
        finally:
            sys.setprofile(before)

    def require_kept(self) -> None:
        """Raise AnswerError if the last call of the answer reached for what the task forbids."""
        for name, times in self.counts.items():
            if name == _AUTOGRAD:
                self._require_no_autograd()
            elif self.library is not None and times > self.library.get(name, 0):
                often = f" {times} times" if name in self.library else ""
                raise AnswerError(
                    f"your function calls attnkit's `{name}`{often}, and the task asks for an "
                    "answer of your own"
                )

    def _require_no_autograd(self) -> None:
        if not self.autograd:
            raise AnswerError("your function uses autograd, and the task asks to do without")

    def _passed_on(self) -> Callable[[FrameType, str, Any], Any]:
        """Drop at once what happens inside the library, which is nearly everything."""
        return lambda frame, event, _: (
            self._look(frame, event)
            if event in _EVENTS and (self.inside is None or frame is self.inside)
            else None
        )

    def _look(self, frame: FrameType, event: str) -> None:
        if event == "return":
            self.inside = None if frame is self.inside else self.inside
            return
        module, name = frame.f_globals.get("__name__") or "", frame.f_code.co_qualname
        if _differentiates(module, name):
            self.counts[_AUTOGRAD] += 1
        elif _is_library(module) and "<locals>" not in name:
            self.inside = frame
            if frame.f_code.co_name not in _IMPORTING:
                self.counts[name] += 1


def _differentiates(module: str, name: str) -> bool:
    if module == "torch.autograd":
        return name in ("grad", "backward")
    return module.startswith(("torch._functorch.", "torch.autograd.functional"))


def _is_library(module: str) -> bool:
    """Whether the module is one of attnkit's rooms; a decorator's own frame is none."""
    inside = module.partition(".")[0] == "attnkit" and not module.startswith("attnkit.coursework")
    return inside and not module.startswith(_BOUNDARY)
