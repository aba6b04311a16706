"""Units that failed: once and to be tried again, or twice."""

import logging
from collections import deque
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.plan import Plan

__all__ = ["Failures", "UnitsFailed"]

_LOG = logging.getLogger(__name__)

HOPELESS = 10
"""After so many different units have failed and none has come back, it is not one unit's fault."""


class UnitsFailed(ExperimentError):
    """Some units failed twice and all others are finished, or the first ten all failed.

    Attributes
    ----------
    failed : list of dict
        `case`, `seed`, `error` and `traceback` of each.
    finished : list of dict
        The records of those that did not, where there is no folder that keeps them.
    """

    failed: list[dict[str, Any]]
    finished: list[dict[str, Any]]


class Failures:
    """What failed, by the unit's place."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.again: deque[int] = deque()
        self.once: dict[int, dict[str, str]] = {}
        self.twice: dict[int, dict[str, str]] = {}

    def add(self, places: list[int], error: str, traceback: str = "") -> list[int]:
        """Note that units failed together, and return those that are not tried once more."""
        told = {"error": error, "traceback": traceback}
        over = [place for place in places if place in self.once]
        fresh = [place for place in places if place not in self.once]
        self.twice |= dict.fromkeys(over, told)
        self.once |= dict.fromkeys(fresh, told)
        self.again.extend(fresh)
        if fresh:
            others = f" and {len(fresh) - 1} more" if len(fresh) > 1 else ""
            _LOG.warning("%s%s: %s; tried once more", self.plan.where(fresh[0]), others, error)
        return over

    def refuse_the_hopeless(self) -> None:
        """Raise if so many have failed that the others will; called while none has come back."""
        if len(self.once) >= HOPELESS:
            raise self._error(f"the first {len(self.once)} units failed", self.once)

    def refuse(self) -> None:
        """Raise if a unit failed twice."""
        if self.twice:
            n_units = len(self.plan.units)
            raise self._error(f"{len(self.twice)} of {n_units} units failed twice", self.twice)

    def _error(self, what: str, failed: dict[int, dict[str, str]]) -> UnitsFailed:
        places, units = sorted(failed), self.plan.units
        told = [f"{self.plan.where(place)}: {failed[place]['error']}" for place in places]
        error = UnitsFailed("\n  ".join([f"{self.plan.title}: {what}", *_few(told)]))
        error.failed = [
            {"case": units[place][0], "seed": units[place][1], **failed[place]} for place in places
        ]
        error.add_note(failed[places[0]]["traceback"])
        return error


def _few(told: list[str]) -> list[str]:
    return told if len(told) <= 5 else [*told[:5], f"and {len(told) - 5} more"]
