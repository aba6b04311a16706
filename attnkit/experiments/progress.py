"""Something to look at while units run: a bar, or plain lines in a log."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["bar", "lines"]


def bar(units: Iterable, *, total: int, title: str) -> Iterable[Any]:
    """Show tqdm's bar on a terminal; plain lines when tqdm is missing; nothing in a notebook."""
    if not sys.stderr.isatty():
        return units
    try:
        from tqdm import tqdm
    except ImportError:
        return lines(units, total=total, title=title)
    return tqdm(units, total=total, desc=title, unit="unit")


def lines(units: Iterable, *, total: int, title: str) -> Iterator[Any]:
    """Print one line to stderr after each unit."""
    start = time.perf_counter()
    for done, unit in enumerate(units, start=1):
        yield unit
        seconds = time.perf_counter() - start
        print(f"{title}: {done} of {total} units, {seconds:.0f} s", file=sys.stderr, flush=True)
