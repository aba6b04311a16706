"""A pool of processes that loses nothing but the call whose process dies."""

import os
import pickle
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Annotated, Any

from attnkit.arguments import Range, checked
from attnkit.experiments.worker import Worker, WorkerDied

__all__ = ["ProcessPool", "cores"]


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ProcessPool:
    """An executor of so many processes, each with one thread.

    A thread here looks after each process, so it is known which call a process died of: that call's
    future raises, the others go on, and a new process takes the place of the dead one. (The pools
    of the standard library and of loky lose every call that is pending.) Leaving the `with` block
    by an exception ends the processes at once.

    Parameters
    ----------
    workers : int
        How many processes; they start when there is something to do.

    Raises
    ------
    TypeError, ValueError
        For a number of processes that is none.
    """

    @checked
    def __init__(self, workers: Annotated[int, Range(1, 1024)]) -> None:
        self.workers = workers
        self._calls: queue.SimpleQueue = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy: dict[int, Worker] = {}
        self._ended = self._terminated = False

    def submit(self, function: Callable, *arguments: Any) -> Future:
        """Have a process compute `function(*arguments)`; both must be picklable.

        Raises
        ------
        RuntimeError
            After the pool was shut down.
        """
        if self._ended:
            raise RuntimeError("the pool was shut down")
        future: Future = Future()
        self._calls.put((future, pickle.dumps((function, arguments))))
        if len(self._threads) < self.workers:
            self._threads.append(threading.Thread(target=self._look_after_one, daemon=True))
            self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True) -> None:
        """Take no more calls; wait for those there are."""
        self._ended = True
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def terminate(self) -> None:
        """End the processes at once, and cancel what has not begun."""
        self._ended = self._terminated = True
        while not self._calls.empty():
            if call := self._calls.get():
                call[0].cancel()
        for worker in list(self._busy.values()):
            worker.process.terminate()
        self.shutdown()

    def __enter__(self) -> "ProcessPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown() if kind is None else self.terminate()

    def _look_after_one(self) -> None:
        worker = None
        for future, call in iter(self._calls.get, None):
            if future.set_running_or_notify_cancel():
                worker = self._do(worker, future, call)
        if worker is not None:
            worker.stop()

    def _do(self, worker: Worker | None, future: Future, call: bytes) -> Worker | None:
        """Compute a call and return the process, or None if there is none any more."""
        me = threading.get_ident()
        try:
            self._busy[me] = worker = worker or Worker()
            if self._terminated:
                worker.process.terminate()
            returned, value = worker.do(call)
            future.set_result(value) if returned else future.set_exception(value)
        except Exception as error:
            future.set_exception(error)
            worker = None if isinstance(error, WorkerDied) else worker
        finally:
            self._busy.pop(me, None)
        return worker
