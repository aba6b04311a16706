"""Hand units to an executor, keep what comes back, and try once more what failed."""

import asyncio
import concurrent.futures
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.failures import Failures
from attnkit.experiments.flight import Flight, Submission
from attnkit.experiments.measure import ENOUGH, Call
from attnkit.experiments.partial import Partial
from attnkit.experiments.units import Unit

__all__ = ["Schedule"]

TOGETHER = 256
"""Short units travel together: as many as fill the time of a submission, at most so many."""

_STOPPED = (
    concurrent.futures.BrokenExecutor,
    concurrent.futures.CancelledError,
    asyncio.CancelledError,
)


class Schedule:
    """The way of every unit that is missing through an executor.

    A unit that fails, or whose worker dies, is tried once more, alone; if it fails again the others
    go on.

    Parameters
    ----------
    kept : Partial
        What is finished; more is added to it.
    executor : object
        See `Flight`.
    """

    def __init__(self, kept: Partial, executor: Any) -> None:
        self.kept, self.plan = kept, kept.plan
        call = Call(self.plan.name, self.plan.experiment.run, self.plan.device)
        self.flight, self.failures = Flight(executor, call), Failures(self.plan)
        self.todo, self.returned = iter(kept.missing()), deque[int]()
        self.seconds_each, self.workers = 0.0, set[str]()

    def units(self) -> Iterator[Unit]:
        """Yield each unit once it is kept, or has failed for good; raise at the end if one has."""
        try:
            while self._submit():
                for submission in self.flight.landed():
                    over = self._take(submission)
                    self.flight.remove(submission)
                    yield from self.plan.units.only(over)
        finally:
            for submission in self.flight.let_go():
                with contextlib.suppress(Exception):
                    self._take(submission)
        self.failures.refuse()

    def _submit(self) -> bool:
        """Submit what there is room for, and return whether anything is under way."""
        while self.flight.has_room() and (places := self._next()):
            try:
                self.flight.submit(places, self.plan.units.only(places))
            except Exception as error:
                raise self._stopped(error) from error
        return bool(self.flight.under_way)

    def _next(self) -> list[int]:
        """The places of the units that travel next."""
        if self.failures.again:
            return [self.failures.again.popleft()]
        room = min(ENOUGH / self.seconds_each, TOGETHER) if self.seconds_each else 1
        places: list[int] = []
        while len(places) < max(room, 1):
            place = self.returned.popleft() if self.returned else next(self.todo, None)
            if place is None:
                break
            places.append(place)
        return places

    def _take(self, submission: Submission) -> list[int]:
        """Keep what a submission brought, and return the places that are over."""
        try:
            answer = submission.future.result()
        except _STOPPED as error:
            raise self._stopped(error) from error
        except Exception as error:
            over = self.failures.add(submission.places, f"{type(error).__name__}: {error}")
        else:
            self.workers.add(answer["worker"])
            self.returned.extend(submission.places[len(answer["outcomes"]) :])
            done = zip(submission.places, answer["outcomes"], strict=False)
            over = [each for place, outcome in done for each in self._over(place, outcome)]
        if not self.seconds_each:
            self.failures.refuse_the_hopeless()
        return over

    def _over(self, place: int, outcome: dict[str, Any]) -> list[int]:
        """Keep an outcome, or try once more what failed."""
        if "error" in outcome:
            return self.failures.add([place], **outcome)
        self.kept.add(place, outcome["result"], outcome["wall_s"])
        seconds = max(outcome["wall_s"], 1e-6)
        self.seconds_each = (self.seconds_each or seconds) / 2 + seconds / 2
        return [place]

    def _stopped(self, error: BaseException) -> ExperimentError:
        """The executor is gone, or refuses: which units it had at that time."""
        places = [place for each in self.flight.under_way for place in each.places]
        told = [f"case {case}, seed {seed}" for case, seed in self.plan.units.only(places[:3])]
        told += [f"{len(places) - 3} more"] * (len(places) > 3)
        return ExperimentError(
            f"{self.plan.title}: the executor stopped ({type(error).__name__}: {error}); it had "
            f"{'; '.join(told) or 'no unit'}. Make a new one and call again"
        )
