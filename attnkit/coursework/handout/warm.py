"""A session's process forked off one that has everything imported: seconds saved a notebook."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time

from attnkit.coursework.handout.process import Cold, Places, end_group, environment

__all__ = ["READY_SECONDS", "Warm", "desk"]

READY_SECONDS = 180.0


class Warm:
    """One session after the other, forked off a nursery; a new nursery where one was killed."""

    def __init__(self) -> None:
        self.nursery: subprocess.Popen | None = None
        self.session, self.heard = 0, b""

    def start(self, places: Places) -> None:
        """Begin the job."""
        for _ in range(2):  # the last session may have killed the nursery on its way out
            try:
                self._ask(json.dumps({name: str(at) for name, at in places._asdict().items()}))
                self.session = int(self._line())
                return
            except (OSError, ValueError):
                self.close()
        raise RuntimeError("no session could be started")

    def _ask(self, line: str) -> None:
        if self.nursery is None:
            self.nursery = subprocess.Popen(
                [sys.executable, "-m", "attnkit.coursework.handout.nursery"],
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self.heard = b""
            self._line()
        self.nursery.stdin.write(line.encode() + b"\n")
        self.nursery.stdin.flush()

    def _line(self) -> bytes:
        """The next line that the nursery says; empty if it never comes."""
        until = time.monotonic() + READY_SECONDS
        while b"\n" not in self.heard and time.monotonic() < until:
            if not self._hear(1.0):
                break
        line, _, self.heard = self.heard.partition(b"\n")
        return line

    def _hear(self, seconds: float) -> bool:
        """Wait for the nursery to say something; False when it is no more."""
        pipe = self.nursery.stdout.fileno()
        if not select.select([pipe], [], [], seconds)[0]:
            return True
        said = os.read(pipe, 4096)
        self.heard += said
        return bool(said)

    def dead(self) -> bool:
        """Whether the session's process has ended, or its nursery has."""
        return b"ended" in self.heard or not self._hear(0.0) or b"ended" in self.heard

    def interrupt(self) -> None:
        """Ask a cell to stop."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.session, signal.SIGINT)

    def end(self) -> None:
        """End the session with all that it started; only then its number may be another's."""
        end_group(self.session)
        self._line()
        try:
            self._ask("")
        except OSError:
            self.close()

    def close(self) -> None:
        """End the nursery."""
        if self.nursery is not None:
            self.nursery.kill()
            self.nursery.communicate()
            self.nursery = None


def desk() -> Warm | Cold:
    """Where sessions are started: forking is safe on Linux, and is not once torch is on macOS."""
    return Warm() if sys.platform == "linux" else Cold()
