"""Run an experiment unit by unit, keeping what is finished."""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from attnkit.arguments import checked
from attnkit.experiments.experiment import Case, Experiment, ExperimentError, find
from attnkit.experiments.partial import Partial
from attnkit.experiments.progress import bar
from attnkit.experiments.provenance import provenance
from attnkit.experiments.store import refuse_to_lose

__all__ = ["run"]


@checked
def run(
    experiment: Experiment | str,
    *,
    scale: str = "quick",
    seeds: int | None = None,
    device: str = "cpu",
    folder: str | os.PathLike | None = None,
    progress: Callable = bar,
) -> dict[str, Any]:
    """Run every case and seed of a scale and return the result, recorded as `folder/NAME.json`.

    Without a folder nothing is written. With one, each finished unit is kept at once in
    `NAME.SCALE.partial.json`; a later run with the same folder goes on from there. A unit is
    taken up again only if its case, seed, scale, device, the versions and the source file of the
    experiment are the same.

    Parameters
    ----------
    experiment : Experiment or str
        The experiment or its name.
    scale : str
        "quick" (seconds), "full" (minutes) or "paper" (the paper's own size).
    seeds : int, optional
        Seeds 0 .. seeds - 1 are run, a million at most; by default as many as the experiment
        declares.
    device : str
        "cpu" or "cuda".
    folder : path, optional
        Where the result and the unfinished work are kept.
    progress : callable
        Wraps the units yet to run, `progress(units, total=, title=)`.

    Raises
    ------
    TypeError
        An argument of another type.
    ExperimentError
        Unknown name, scale or device; a folder that can't be written; a damaged file; a result with
        NaN or infinity. Finished units stay in the folder.
    """
    experiment = find(experiment) if isinstance(experiment, str) else experiment
    _require_device(device)
    units = experiment.units(scale, seeds)
    if folder is not None:
        refuse_to_lose(Path(folder) / f"{experiment.name}.json", scale, len(units))
    partial = Partial(experiment, scale, device=device, folder=folder)
    todo = partial.missing(units)
    with _one_thread(), partial.explained(units):
        for case, seed in progress(todo, total=len(todo), title=f"{experiment.name} ({scale})"):
            partial.add(case, seed, *_measure(experiment, case, seed, device))
    finished = partial.finished(units)
    result = {
        "name": experiment.name,
        "title": experiment.title,
        "scale": scale,
        "source": experiment.source,
        "units": finished,
        "provenance": provenance(device, sum(unit["wall_s"] for unit in finished)),
    }
    partial.close(result)
    return result


def _require_device(device: str) -> None:
    if device not in ("cpu", "cuda"):
        raise ExperimentError(f"device must be cpu or cuda, got {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise ExperimentError("device is cuda, but torch finds no CUDA device; use cpu")


@contextmanager
def _one_thread() -> Iterator[None]:
    """Use one thread: on tiny tensors two are several times slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _measure(
    experiment: Experiment, case: Case, seed: int, device: str
) -> tuple[dict[str, Any], float]:
    start = time.perf_counter()
    result = experiment.run(dict(case), seed=seed, device=device)
    seconds = time.perf_counter() - start
    where = f"{experiment.name}, case {case}, seed {seed}"
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
