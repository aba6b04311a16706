"""Every kernel of the package compiled ahead of time, for every architecture, on all cores."""

import difflib
import importlib
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from attnkit.discovery import layer_files
from attnkit.gpu.compiled import Compiled, Specialisation, compiled

__all__ = ["Assembled", "assembled", "chosen", "specialisations"]


@dataclass(frozen=True)
class Assembled:
    """What one kernel asks of one architecture, and how long the compiler took."""

    kernel: Compiled
    seconds: float


def specialisations() -> dict[str, Specialisation]:
    """Import every layer `fused` and return what it declares in SPECIALISATIONS, by name.

    Raises
    ------
    ValueError
        If two of them bear one name.
    """
    found: dict[str, Specialisation] = {}
    for module in layer_files("fused"):
        for each in getattr(importlib.import_module(module), "SPECIALISATIONS", ()):
            if found.setdefault(each.name, each) is not each:
                raise ValueError(f"two specialisations are named {each.name!r}, one in {module}")
    return found


def chosen(wanted: str, known: Mapping[str, Specialisation]) -> list[str]:
    """The names that are this one, begin with it, or belong to the function called so; sorted.

    Raises
    ------
    ValueError
        If there is none, with the nearest name or with all that there are.
    """
    if wanted in known:
        return [wanted]
    of_function = [name for name, each in known.items() if each.function == wanted]
    if found := sorted({*of_function, *(name for name in known if name.startswith(wanted))}):
        return found
    functions = {each.function or name.split()[0] for name, each in known.items()}
    names = list(dict.fromkeys([*sorted(functions), *sorted(known)]))
    if near := difflib.get_close_matches(wanted, names, n=1):
        raise ValueError(f"no kernel is called {wanted!r}; did you mean {near[0]!r}?")
    raise ValueError("\n  ".join([f"no kernel is called {wanted!r}; there are", *names]))


def assembled(asked: Iterable[tuple[str, int]]) -> Iterator[Assembled]:
    """Compile each of these names for its architecture, on all cores; each when it is done.

    An interrupt waits for what is being compiled: workers that it killed would leave semaphores.
    """
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        with _uninterrupted():
            under_way = [pool.submit(_one, *each) for each in asked]
        try:
            for done in as_completed(under_way):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A block in which processes are started that heed no interrupt, from their first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _one(name: str, architecture: int) -> Assembled:
    start = time.perf_counter()
    found = compiled(specialisations()[name], architecture)
    return Assembled(found, time.perf_counter() - start)
