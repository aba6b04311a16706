"""Start a session, and see to it that it ends: whatever a notebook does, its grader goes on."""

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attnkit.coursework.handout.process import Cold, Places
from attnkit.coursework.handout.warm import Warm

__all__ = ["Told", "run_session"]

START_SECONDS = 120.0
CELL_SECONDS = 120.0
GRACE_SECONDS = 5.0  # for a cell to end that was asked to
JUDGE_SECONDS = 60.0  # the checks have limits of their own, unless an answer holds up the machine
NOTEBOOK_SECONDS = 1200.0
_LOOK = 0.05


@dataclass
class Told:
    """What a session told.

    Parameters
    ----------
    rows : dict
        What was found for each task that was judged, by its name.
    student : str or None
        The id that the notebook gives for itself.
    raised : dict
        What cells raised, by their place.
    stopped : set of int
        The cells that took too long, by their place.
    ended : str
        Why the session ended before its time; empty if it did not.
    """

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    student: str | None = None
    raised: dict[int, str] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    ended: str = ""


def run_session(job: dict[str, Any], desk: Warm | Cold, stop: Callable[[], bool]) -> Told:
    """Run the job in an empty folder and a process of its own, until it ends or must be ended.

    Raises
    ------
    KeyboardInterrupt
        As soon as `stop` says so.
    """
    with _folder() as place, _folder() as empty:
        places = Places(place / "job.json", place / "told.jsonl", empty, place / "ipython")
        places.todo.write_text(json.dumps(job), encoding="utf-8")
        places.told.touch()
        desk.start(places)
        try:
            return _Watch(desk, places.told, stop).to_the_end()
        finally:
            desk.end()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name)


class _Watch:
    """Reads what a session tells, and looks at the clock."""

    def __init__(self, desk: Warm | Cold, path: Path, stop: Callable[[], bool]) -> None:
        self.desk, self.path, self.stop, self.read = desk, path, stop, 0
        self.told, self.event, self.done = Told(), {}, False
        self.started = self.since = time.monotonic()

    def to_the_end(self) -> Told:
        """Wait until all is told, the session has died, or time is up."""
        while not self.done and not self.told.ended:
            if self.stop():
                raise KeyboardInterrupt
            dead = self.desk.dead()
            self._take_up()
            if dead and not self.done:
                self.told.ended = f"its kernel died {self._where()}"
            elif not self.done:
                self._look_at_the_clock()
                time.sleep(_LOOK)
        return self.told

    def _take_up(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self.read)
            lines = file.read().rpartition(b"\n")[0]
        if lines:
            self.read += len(lines) + 1
            for line in lines.splitlines():
                self._note(json.loads(line))

    def _note(self, event: dict[str, Any]) -> None:
        self.event, self.since = event, time.monotonic()
        self.done = "done" in event
        if event.get("raised"):
            self.told.raised[event["ran"]] = event["raised"]
        if "row" in event:
            self.told.rows[event["row"]["task"]] = event["row"]
            self.told.student = event["student"] or self.told.student

    def _look_at_the_clock(self) -> None:
        spent = time.monotonic() - self.since
        cell = self.event.get("running")
        if time.monotonic() - self.started > NOTEBOOK_SECONDS:
            self.told.ended = f"it took more than {NOTEBOOK_SECONDS:g} seconds in all"
        elif cell and spent > CELL_SECONDS and cell not in self.told.stopped:
            self.told.stopped.add(cell)
            self.desk.interrupt()
        elif spent > self._limit():
            self.told.ended = f"nothing came back for {spent:.0f} seconds {self._where()}"

    def _limit(self) -> float:
        if "running" in self.event:
            return CELL_SECONDS + GRACE_SECONDS
        return JUDGE_SECONDS if self.event else START_SECONDS

    def _where(self) -> str:
        if "running" in self.event:
            return f"in cell {self.event['running']}"
        return f"at the check of {self.event['judging']}" if "judging" in self.event else "at once"
