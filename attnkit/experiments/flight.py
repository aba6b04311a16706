"""Submissions that are under way in an executor, whichever it is."""

import contextlib
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attnkit.experiments.measure import Call, attempt
from attnkit.experiments.units import Unit

__all__ = ["Flight", "Submission"]

WINDOW, UNITS = 1024, 8192
"""At most so many submissions, with so many units, are under way: memory doesn't grow with more."""

FIRST, PATIENCE_S = 32, 10.0
"""So many at first, until one is back or that many seconds have passed: units may be short."""


@dataclass(eq=False)
class Submission:
    """Units that travel together, by their places, and the future of their outcomes."""

    future: Any
    places: list[int]


class Flight:
    """What was submitted and has not been taken back yet.

    Parameters
    ----------
    executor : object
        Has `submit(function, *args)`, which returns what has `result()` and `done()`; `cancel()`
        and `add_done_callback(function)` are used where they are. If it says how many `workers` it
        has, each has two submissions: one to do and one to go on with.
    call : Call
        The function of the experiment.
    """

    def __init__(self, executor: Any, call: Call) -> None:
        self.executor, self.call = executor, call
        self.under_way: list[Submission] = []
        self.n_units = 0
        self.token, self.n_submitted, self.n_landed = uuid.uuid4().hex, 0, 0
        self.start, self.pause, self.woken = time.monotonic(), 0.0, threading.Event()

    def has_room(self) -> bool:
        """Whether more may be submitted now."""
        return len(self.under_way) < self._window() and self.n_units < UNITS

    def submit(self, places: list[int], units: Sequence[Unit]) -> None:
        """Send units off; no two submissions are equal, as a scheduler may answer those at once."""
        self.n_submitted += 1
        token = f"{self.token}-{self.n_submitted}"
        future = self.executor.submit(attempt, token, self.call, list(units))
        self.under_way.append(Submission(future, places))
        self.n_units += len(places)
        if hasattr(future, "add_done_callback"):
            future.add_done_callback(lambda _: self.woken.set())

    def landed(self) -> list[Submission]:
        """Those that are done; none if nothing happened for a while, a second at most."""
        landed = [each for each in self.under_way if each.future.done()]
        self.n_landed += len(landed)
        self.pause = 0.0 if landed else min(2 * self.pause + 0.001, 1.0)
        if not landed:
            self.woken.wait(self.pause)
            self.woken.clear()
        return landed

    def remove(self, submission: Submission) -> None:
        """Forget a submission."""
        self.under_way.remove(submission)
        self.n_units -= len(submission.places)

    def let_go(self) -> list[Submission]:
        """Cancel what has not started and return what is done."""
        done = []
        for each in self.under_way:
            if each.future.done():
                done.append(each)
            elif hasattr(each.future, "cancel"):
                with contextlib.suppress(Exception):  # of a batch system that doesn't answer
                    each.future.cancel()
        return done

    def _window(self) -> int:
        if hasattr(self.executor, "workers"):
            return 2 * self.executor.workers
        waited = time.monotonic() - self.start
        return WINDOW if self.n_landed or waited > PATIENCE_S else FIRST
