"""A session's process from cold: a Python of its own, which imports everything first."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import attnkit

__all__ = ["Cold", "Places", "end_group", "environment"]

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
_QUIET = {"MPLBACKEND": "agg", "PLOTLY_RENDERER": "json"}


class Places(NamedTuple):
    """Where a session finds its job, tells what happens, runs, and keeps IPython's settings."""

    todo: Path
    told: Path
    folder: Path
    settings: Path


class Cold:
    """Starts a new Python for each session: slower than `Warm`, and the same on any system."""

    def start(self, places: Places) -> None:
        """Begin the job."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "attnkit.coursework.handout.session",
                str(places.todo),
                str(places.told),
            ],
            cwd=places.folder,
            env=environment() | {"IPYTHONDIR": str(places.settings)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dead(self) -> bool:
        """Whether the session's process has ended."""
        return self.process.poll() is not None

    def interrupt(self) -> None:
        """Ask a cell to stop."""
        self.process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)

    def end(self) -> None:
        """End the session with all that it started."""
        if os.name == "posix":
            end_group(self.process.pid)
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Nothing is kept between sessions."""


def environment() -> dict[str, str]:
    """Return an environment that finds this attnkit, and nothing of the grader's own settings."""
    paths = [str(Path(attnkit.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(filter(None, paths))
    return os.environ | _ONE_THREAD | _QUIET | {"PYTHONPATH": path}


def end_group(leader: int) -> None:
    """Kill a process and whatever it started."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(leader, signal.SIGKILL)
