"""The stored arrays and still pictures of figures: made by a process per core, and kept.

A process has one thread: on tensors of this size a second one on a shared core costs six times the
time. What is kept bears the fingerprint of what it was made of, so that a change in one mechanism
leaves the other figures alone, and an interrupted build goes on where it stopped.
"""

import math
import multiprocessing
import os
import pickle
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import torch

from attnkit.explore.explorable import Explorable
from attnkit.explore.grid import Stored, sample
from attnkit.fingerprint import drawing_fingerprint, figure_fingerprint

__all__ = ["Samples", "one_thread_each"]

_POOLS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def one_thread_each() -> None:
    """Give processes that start from here one thread, unless somebody said otherwise."""
    for pool in _POOLS:
        os.environ.setdefault(pool, "1")


class Samples:
    """What the page stores of each figure, in a folder.

    Parameters
    ----------
    folder : path
        Where arrays (NAME-FINGERPRINT.pickle) and still pictures (NAME-FINGERPRINT.svg) are kept.
    figures : mapping
        Explorables by name.
    say : callable
        Takes a line of progress.
    """

    def __init__(self, folder: Path, figures: Mapping[str, Explorable], say: Callable[[str], None]):
        self.folder, self.figures, self.say = folder, figures, say
        self.waiting: dict[str, Future] = {}
        self.places: dict[str, tuple[Path, Path]] = {}
        self.pool: ProcessPoolExecutor | None = None

    def start(self, names: Iterable[str]) -> None:
        """Begin to make what is missing, the largest grids first; does not wait."""
        missing = [name for name in names if not all(p.exists() for p in self._places(name))]
        # A new process costs as much as most single figures.
        if len(missing) < 2:
            return
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(min(len(missing), _cores()), mp_context=context)
        self.say(f"sampling {len(missing)} figures on their slider grids, {_cores()} at a time")
        for name in sorted(missing, key=lambda name: _grid_size(self.figures[name]), reverse=True):
            self.waiting[name] = self.pool.submit(_make, self.figures[name], *self._places(name))

    def arrays(self, name: str) -> dict[str, Stored]:
        """The arrays of a figure, made now if they are not kept."""
        self._wait_for(name)
        return pickle.loads(self._places(name)[0].read_bytes())

    def still(self, name: str) -> bytes:
        """The still picture of a figure, as SVG."""
        self._wait_for(name)
        return self._places(name)[1].read_bytes()

    def close(self) -> None:
        """Let go of the processes; what has not begun will not."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _wait_for(self, name: str) -> None:
        if name in self.waiting:
            seconds = self.waiting.pop(name).result()
            left = sum(not future.done() for future in self.waiting.values())
            self.say(f"sampled {name} in {seconds:.1f} s, {left} figures to go")
        elif not all(place.exists() for place in self._places(name)):
            self.say(f"sampling {name} on its slider grid")
            _make(self.figures[name], *self._places(name))

    def _places(self, name: str) -> tuple[Path, Path]:
        """Where the arrays and the still picture of a figure lie, for the whole of a build."""
        if name not in self.places:
            figure = self.figures[name]
            made_of = figure_fingerprint(figure)
            drawn_as = drawing_fingerprint(made_of, figure.panels)
            self.places[name] = (
                self.folder / f"{name}-{made_of}.pickle",
                self.folder / f"{name}-{drawn_as}.svg",
            )
        return self.places[name]


def _make(figure: Explorable, arrays: Path, still: Path) -> float:
    """Sample one figure and draw its still picture, each if it is missing; the seconds it took."""
    start = time.perf_counter()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        if not arrays.exists():
            _replace(arrays, pickle.dumps(sample(figure)))
        if not still.exists():
            _replace(still, figure.still())
    finally:
        torch.set_num_threads(threads)
    return time.perf_counter() - start


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step, and drop those it takes the place of."""
    name = path.stem.rpartition("-")[0]
    for old in path.parent.glob(f"{name}-*{path.suffix}"):
        if old.stem.rpartition("-")[0] == name:
            old.unlink(missing_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _grid_size(figure: Explorable) -> int:
    return math.prod(len(stored) for stored in figure.static_grid().values())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
