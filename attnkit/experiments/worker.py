"""A process that computes what it is sent, one call after the other."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import Connection, wait
from typing import Any

import attnkit

__all__ = ["Worker", "WorkerDied"]

_START = threading.Lock()
_ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class WorkerDied(RuntimeError):
    """The process that computed a call is gone, and the call with it."""


class Worker:
    """A process and the pipe to it.

    On Linux it is forked from a server that has imported torch and has no threads, elsewhere
    started afresh; never forked from this process, whose threads could leave a lock behind.

    Raises
    ------
    BrokenExecutor
        If it ends before it is ready.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
        if sys.platform == "linux":
            context.set_forkserver_preload([__name__])
        self.pipe, theirs = context.Pipe()
        with _START, _environment_of_one_thread():
            self.process = context.Process(
                target=_work, args=(theirs, list(attnkit.__path__)), daemon=True
            )
            self.process.start()
        theirs.close()
        try:
            self._answer()
        except WorkerDied as error:
            raise BrokenExecutor(
                f"a process ended while it was starting ({error}); a script that makes a pool must "
                "do so under `if __name__ == '__main__':`"
            ) from None

    def do(self, call: bytes) -> tuple[bool, Any]:
        """Whether the call returned, and what it returned or raised; WorkerDied if it died."""
        try:
            self.pipe.send_bytes(call)
        except OSError:
            raise self._died() from None
        return pickle.loads(self._answer())

    def stop(self) -> None:
        """Let it end, once it has nothing to do."""
        self.pipe.close()
        self.process.join()

    def _answer(self) -> bytes:
        if self.pipe in wait([self.pipe, self.process.sentinel]):
            with contextlib.suppress(EOFError, OSError):
                return self.pipe.recv_bytes()
        raise self._died()

    def _died(self) -> WorkerDied:
        self.stop()
        code = self.process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            hint = ", as a machine does that is out of memory" if name == "SIGKILL" else ""
            return WorkerDied(f"the process was ended by {name}{hint}")
        return WorkerDied(f"the process ended with exit code {code}")


def _work(pipe: Connection, rooms: list[str]) -> None:
    """What the process does until its pipe is closed; Ctrl-C is for the parent to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    attnkit.__path__ = rooms
    pipe.send_bytes(b"ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_computed(pipe.recv_bytes()))


def _computed(call: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(call)
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        return _sendable(error)


def _sendable(error: Exception) -> bytes:
    try:
        sent = pickle.dumps((False, error))
        pickle.loads(sent)
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return sent


@contextlib.contextmanager
def _environment_of_one_thread() -> Iterator[None]:
    """Give a process that starts here one thread, unless somebody said otherwise."""
    added = [name for name in _ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
