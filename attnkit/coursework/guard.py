"""Call a student's function so that whatever it does ends in a plain sentence."""

import inspect
import linecache
import traceback
from collections.abc import Callable
from typing import Any

from attnkit.coursework.copies import copied, require_untouched
from attnkit.coursework.errors import AnswerError, NotDoneError
from attnkit.coursework.form import described, fitted, has_nan, holds_tensor, only_nan
from attnkit.coursework.limits import Clock
from attnkit.coursework.reach import Reach

__all__ = ["Guarded"]


class Guarded:
    """The function as laws see it: on copies of its inputs, timed, its result looked over.

    An exception of the student's own passes through as it is, so that a law may expect it, and is
    kept in `raised`.
    """

    def __init__(
        self, function: Callable, placeholder: Callable | None, clock: Clock, reach: Reach
    ) -> None:
        self.function, self.placeholder = function, placeholder
        self.clock, self.reach = clock, reach
        self.calls, self.raised, self.arguments, self.result = 0, None, {}, None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the function's result.

        Raises
        ------
        NotDoneError
            If the first call ever returns None, ... or only NaN.
        AnswerError
            If it reached for what the task does without, the inputs were changed, or the result is
            of the wrong kind, shape or type, or NaN.
        """
        self.calls += 1
        self.arguments = self._bound(args, kwargs)
        copies, keywords = copied(args), copied(kwargs)
        self.result = self._timed(copies, keywords)
        self._require_done()
        self.reach.require_kept()
        require_untouched(args, copies)
        require_untouched(kwargs, keywords)
        # Where no tensor is handed in, none says in which dtype to answer.
        result = fitted(
            self.result, self._wanted(args, kwargs), any_dtype=not holds_tensor((args, kwargs))
        )
        if has_nan(result) and not has_nan((args, kwargs)):
            raise AnswerError("your function returned NaN")
        return result

    def _bound(self, args: tuple, kwargs: dict) -> dict[str, Any]:
        """Name the arguments as the student's own signature does."""
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # built-in functions have none
            return {f"argument {place}": each for place, each in enumerate(args, 1)} | kwargs
        try:
            return signature.bind(*args, **kwargs).arguments
        except TypeError:
            wanted = inspect.signature(self.placeholder or self.function)
            raise AnswerError(
                f"your function takes {signature}, and the task asks for {wanted}"
            ) from None

    def _timed(self, args: tuple, kwargs: dict) -> Any:
        self.clock.start()
        try:
            with self.reach.watched():
                return self.function(*args, **kwargs)
        except BaseException as error:
            self.raised = error
            raise
        finally:
            self.clock.stop()

    def _require_done(self) -> None:
        if self.result is not None and self.result is not ... and not only_nan(self.result):
            return
        if self.calls == 1:
            raise NotDoneError
        if self.result is None or self.result is ...:
            raise AnswerError(f"your function returned {self.result}")

    def _wanted(self, args: tuple, kwargs: dict) -> Any:
        """What the placeholder returns: the right kind and shape, filled with NaN."""
        try:
            return self.placeholder(*args, **kwargs) if self.placeholder else None
        except Exception:
            return None

    def sentence(self, error: BaseException) -> str:
        """Say what went wrong, in half a sentence."""
        if isinstance(error, AnswerError):
            return str(error)
        if error is self.raised:
            return f"your function raised {type(error).__name__}{_said(error)}{self._line(error)}"
        what = described(self.result)
        return f"the law cannot use what your function returned, {what}{_said(error)}"

    def _line(self, error: BaseException) -> str:
        """The last line of the student's own file or cell that was running."""
        own = getattr(inspect.unwrap(self.function), "__code__", None)
        frames = traceback.extract_tb(error.__traceback__)
        frames = [frame for frame in frames if own and frame.filename == own.co_filename]
        if not frames:
            return ""
        linecache.checkcache(frames[-1].filename)
        source = f": `{frames[-1].line}`" if frames[-1].line else ""
        return f" at line {frames[-1].lineno}{source}"


def _said(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split()).replace("`", "'")
    except Exception:  # the message of an exception is a student's code, too
        return ""
    return f" (`{text[:200]}`)" if text not in ("", "None") else ""
