"""Call a student's function so that whatever it does ends in a plain sentence."""

import inspect
import linecache
import traceback
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from attnkit.coursework.errors import AnswerError, NotDoneError
from attnkit.coursework.form import described, fitted
from attnkit.coursework.limits import Clock

__all__ = ["Guarded"]


class Guarded:
    """The function as laws see it: on copies of its inputs, timed, its result looked over.

    An exception of the student's own passes through as it is, so that a law may expect it, and is
    kept in `raised`.
    """

    def __init__(self, function: Callable, placeholder: Callable | None, clock: Clock) -> None:
        self.function, self.placeholder, self.clock = function, placeholder, clock
        self.calls, self.raised, self.arguments, self.result = 0, None, {}, None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the function's result.

        Raises
        ------
        NotDoneError
            If the first call ever returns None, ... or only NaN.
        AnswerError
            If the inputs were changed, or the result is of the wrong kind, shape or type, or NaN.
        """
        self.calls += 1
        self.arguments = self._bound(args, kwargs)
        copies, keywords = _copied(args), _copied(kwargs)
        self.result = self._timed(copies, keywords)
        self._require_done()
        _require_untouched(args, copies)
        _require_untouched(kwargs, keywords)
        result = fitted(self.result, self._wanted(args, kwargs))
        if _has_nan(result) and not _has_nan((args, kwargs)):
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
            return self.function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            self.raised = error
            raise
        finally:
            self.clock.stop()

    def _require_done(self) -> None:
        if self.result is not None and self.result is not ... and not _only_nan(self.result):
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
        return f" at line {frames[-1].lineno}: `{frames[-1].line}`"


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split()).replace("`", "'")
    return f" (`{text[:200]}`)" if text not in ("", "None") else ""


def _copied(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(_copied(each) for each in value)
    if type(value) is dict:
        return {key: _copied(each) for key, each in value.items()}
    return value


def _require_untouched(before: Any, after: Any) -> None:
    if not _same(before, after):
        raise AnswerError("your function changes its input; work on a copy (`.clone()`)")


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Tensor):
        if _is_traced(before):
            return True
        if before.shape != after.shape or before.dtype != after.dtype:
            return False
        return bool(((before == after) | ((before != before) & (after != after))).all())
    if type(before) in (list, tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_same(*pair) for pair in pairs)
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[k], after[k]) for k in before)
    return True


def _is_traced(tensor: Tensor) -> bool:
    return torch._C._functorch.is_functorch_wrapped_tensor(tensor)


def _floats(value: Any) -> list[Tensor]:
    """Every floating tensor or number inside a value."""
    if isinstance(value, Tensor):
        looked_at = value.is_floating_point() and not _is_traced(value) and value.numel()
        return [value.detach()] if looked_at else []
    if isinstance(value, float):
        return [torch.tensor(value)]
    if isinstance(value, dict):
        value = list(value.values())
    return (
        [each for part in value for each in _floats(part)] if type(value) in (list, tuple) else []
    )


def _has_nan(value: Any) -> bool:
    return any(bool(each.isnan().any()) for each in _floats(value))


def _only_nan(value: Any) -> bool:
    found = _floats(value)
    return bool(found) and all(bool(each.isnan().all()) for each in found)
