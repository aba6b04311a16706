"""Run a student's code for a limited time, on any system and in any thread.

The work runs in a thread of its own while this one looks at the clock. Work that takes too long is
asked to stop between two lines of Python; what is deep inside one long operation of torch goes on
in the background until that operation ends, but the check has returned by then.
"""

import contextvars
import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any

from attnkit.coursework.errors import TooSlowError

__all__ = ["CALL_SECONDS", "PATIENCE", "TASK_SECONDS", "Clock", "Stop", "run_within"]

CALL_SECONDS = 4.0
TASK_SECONDS = 6.0
PATIENCE = 4  # how much longer than it may compute a call may last
_LOOK = 0.05


class Stop(BaseException):
    """Raised inside work that has taken too long."""


class Clock:
    """Counts the time that a thread computes between `start` and `stop`, call by call.

    Where the system tells how long a thread has had a processor, that is what counts, so that a
    right answer stays right on a busy machine; what sleeps is stopped after `PATIENCE` times the
    limit. Elsewhere it is the time on the wall.
    """

    def __init__(self) -> None:
        self.spent, self.waited = 0.0, 0.0
        self.read: Callable[[], float] = time.monotonic
        self.started: tuple[float, float] | None = None

    def start(self) -> None:
        """A call begins, in the thread that makes it."""
        self.read = _own_time()
        self.started = self.read(), time.monotonic()

    def stop(self) -> None:
        """The call has ended."""
        computed, passed = self._running()
        self.spent, self.waited = self.spent + computed, self.waited + passed
        self.started = None

    def _running(self) -> tuple[float, float]:
        """How long the call has computed and lasted so far."""
        started = self.started
        if started is None:
            return 0.0, 0.0
        return self.read() - started[0], time.monotonic() - started[1]

    def overdue(self) -> str | None:
        """Say which limit is passed, if any."""
        computed, passed = self._running()
        if max(computed, passed / PATIENCE) > CALL_SECONDS:
            return f"your function took more than {CALL_SECONDS:g} seconds for one call"
        if max(self.spent + computed, (self.waited + passed) / PATIENCE) > TASK_SECONDS:
            return f"your function took more than {TASK_SECONDS:g} seconds in all its calls"
        return None


def _own_time() -> Callable[[], float]:
    """A clock of the processor time of this thread, to be read in any."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    own = time.pthread_getcpuclockid(threading.get_ident())

    def read() -> float:
        try:
            return time.clock_gettime(own)
        except OSError:  # the thread has just ended
            return 0.0

    return read


def run_within(clock: Clock, work: Callable[[], Any]) -> Any:
    """Return what `work` returns, or raise what it raises.

    Raises
    ------
    TooSlowError
        As soon as the clock is overdue.
    """
    outcome: dict[str, Any] = {}
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(_keep, work, outcome), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_LOOK)
            if thread.is_alive() and (late := clock.overdue()):
                raise TooSlowError(late)
    finally:
        _stop(thread)
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]


def _keep(work: Callable[[], Any], outcome: dict[str, Any]) -> None:
    try:
        outcome["result"] = work()
    except Stop:
        pass
    except BaseException as error:
        outcome["error"] = error


def _stop(thread: threading.Thread) -> None:
    """Ask a thread to end; a second time if its code swallowed the first."""
    for _ in range(2):
        if thread.is_alive():
            identity = ctypes.c_ulong(thread.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, ctypes.py_object(Stop))
            thread.join(4 * _LOOK)
