"""Start a session, and see to it that it ends: whatever a notebook does, its grader goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import attnkit

__all__ = ["Told", "run_session"]

START_SECONDS = 120.0
CELL_SECONDS = 120.0
GRACE_SECONDS = 5.0  # for a cell to end that was asked to
JUDGE_SECONDS = 60.0  # the checks have limits of their own, unless an answer holds up the machine
NOTEBOOK_SECONDS = 1200.0
_LOOK = 0.05
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


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


def run_session(job: dict[str, Any]) -> Told:
    """Run the job in an empty folder and a process of its own, until it ends or must be ended."""
    with _folder() as place, _folder() as empty:
        todo, told = Path(place, "job.json"), Path(place, "told.jsonl")
        todo.write_text(json.dumps(job), encoding="utf-8")
        told.touch()
        process = subprocess.Popen(
            [sys.executable, "-m", "attnkit.coursework.handout.session", str(todo), str(told)],
            cwd=empty,
            env=_environment(Path(place)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return _Watch(process, told).to_the_end()
        finally:
            _kill(process)


def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def _environment(place: Path) -> dict[str, str]:
    """Return an environment that finds this attnkit, and nothing of the grader's own settings."""
    paths = [str(Path(attnkit.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    own = {"IPYTHONDIR": str(place / "ipython"), "MPLBACKEND": "agg", "PLOTLY_RENDERER": "json"}
    path = os.pathsep.join(filter(None, paths))
    return os.environ | _ONE_THREAD | own | {"PYTHONPATH": path}


def _kill(process: subprocess.Popen) -> None:
    """End a session with all that it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


class _Watch:
    """Reads what a session tells, and looks at the clock."""

    def __init__(self, process: subprocess.Popen, path: Path) -> None:
        self.process, self.path, self.read = process, path, 0
        self.told, self.event, self.done = Told(), {}, False
        self.started = self.since = time.monotonic()

    def to_the_end(self) -> Told:
        """Wait until all is told, the session has died, or time is up."""
        while not self.done and not self.told.ended:
            dead = self.process.poll() is not None
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
            self.process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
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
