"""What a worker does: some units, on one thread, and an answer that any pool can carry home."""

import math
import os
import platform
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.one_thread import one_thread
from attnkit.experiments.units import Case, Unit

__all__ = ["ENOUGH", "Call", "attempt", "measured"]

ENOUGH = 0.1
"""Seconds after which a worker returns what it has done; the rest is submitted anew."""


class Call(NamedTuple):
    """How a unit of an experiment is computed: its function travels by its module's name."""

    name: str
    run: Callable[..., dict[str, Any]]
    device: str


def attempt(token: str, call: Call, units: Sequence[Unit]) -> dict[str, Any]:
    """Compute units one after the other until enough time has passed.

    Parameters
    ----------
    token : str
        Unlike that of any other submission, so that no scheduler takes two for one.
    call : Call
        The experiment's function.
    units : sequence of (case, seed)
        One is done, more if they are short.

    Returns
    -------
    dict
        `worker`, which tells this thread of this process from others, and `outcomes`: for each unit
        done its `result` and `wall_s`, or the `error` and the `traceback` as text.
    """
    outcomes, start = [], time.monotonic()
    with one_thread():
        for case, seed in units:
            outcomes.append(_outcome(call, case, seed))
            if time.monotonic() - start > ENOUGH:
                break
    worker = f"{platform.node()}/{os.getpid()}/{threading.get_ident()}"
    return {"worker": worker, "outcomes": outcomes}


def _outcome(call: Call, case: Case, seed: int) -> dict[str, Any]:
    """A result, or an error as text: an exception's class may be one that no pool can send."""
    try:
        result, seconds = measured(call, case, seed)
    except (Exception, SystemExit) as error:
        told = traceback.format_exception_only(error)[-1].strip()
        return {"error": told, "traceback": "".join(traceback.format_exception(error))}
    return {"result": result, "wall_s": seconds}


def measured(call: Call, case: Case, seed: int) -> tuple[dict[str, Any], float]:
    """Compute one unit; its result as plain JSON, and the seconds it took."""
    start = time.perf_counter()
    result = call.run(dict(case), seed=seed, device=call.device)
    seconds = time.perf_counter() - start
    where = f"{call.name}, case {case}, seed {seed}"
    if not isinstance(result, dict):
        raise ExperimentError(f"{where}: run must return a dict, got {type(result).__name__}")
    return _plain(result, where), seconds


def _plain(value: Any, where: str) -> Any:
    """Turn numbers and arrays into what JSON holds; refuse what is not finite."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item, f"{where}: {key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{where}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ExperimentError(
            f"{where} is {value}; finished units are kept (return None where a number is undefined)"
        )
    if not isinstance(value, (bool, int, float, str, type(None))):
        raise ExperimentError(f"{where} must be a number, got {type(value).__name__}")
    return value
