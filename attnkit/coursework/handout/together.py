"""A class is graded by several workers at once, each with one session at a time."""

import os
import queue
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from attnkit.coursework.handout.found import File
from attnkit.coursework.handout.papers import Paper, marked
from attnkit.coursework.handout.process import Cold
from attnkit.coursework.handout.warm import Warm, desk

__all__ = ["all_marked", "cores"]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def all_marked(files: Mapping[int, File], workers: int) -> Iterator[tuple[int, Paper]]:
    """Run and judge each file, and yield its place and paper as soon as it is done.

    One that hangs or dies costs its own time alone. When the caller stops, so do the sessions.
    """
    desks: queue.Queue[Warm | Cold] = queue.Queue()
    for _ in range(max(1, min(workers, len(files)))):
        desks.put(desk())
    stop = threading.Event()
    with ThreadPoolExecutor(desks.qsize()) as pool:
        turns = {pool.submit(_turn, files[place], desks, stop): place for place in files}
        try:
            for turn in as_completed(turns):
                yield turns[turn], turn.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
            while not desks.empty():
                desks.get().close()


def _turn(file: File, desks: queue.Queue, stop: threading.Event) -> Paper:
    mine = desks.get()
    try:
        if stop.is_set():
            raise KeyboardInterrupt
        return marked(file, mine, stop.is_set)
    except KeyboardInterrupt:
        stop.set()
        raise
    finally:
        desks.put(mine)
