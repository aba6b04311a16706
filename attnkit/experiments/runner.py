"""Run an experiment unit by unit, here or in an executor, keeping what is finished."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from attnkit.arguments import checked
from attnkit.experiments.executors import kind, require_executor
from attnkit.experiments.experiment import Experiment, ExperimentError
from attnkit.experiments.failures import UnitsFailed
from attnkit.experiments.measure import Call, measured
from attnkit.experiments.one_thread import one_thread
from attnkit.experiments.partial import Partial
from attnkit.experiments.plan import Plan
from attnkit.experiments.progress import bar
from attnkit.experiments.provenance import provenance
from attnkit.experiments.schedule import Schedule

__all__ = ["record", "run"]


@checked
def run(
    experiment: Experiment | str,
    *,
    scale: str = "quick",
    seeds: int | None = None,
    device: str = "cpu",
    folder: str | os.PathLike | None = None,
    progress: Callable = bar,
    executor: object = None,
) -> dict[str, Any]:
    """Run every case and seed of a scale and return the result, recorded as `folder/NAME.json`.

    Without a folder nothing is written. With one, each finished unit is kept at once in
    `NAME.SCALE.partial.jsonl`; a later run with the same folder goes on from there. A unit is
    taken up again only if its case, seed, scale, device, the versions and the source file of the
    experiment are the same.

    With an executor the units are computed there, each on one thread. Results are ordered by case
    and seed and depend neither on who computed them nor when; the units of this library draw from
    generators of their own, so that a pool of threads is as good (there the number of torch's
    threads is that of this whole process while the run lasts). A unit that fails, or whose worker
    dies, is told by a warning in the log and tried once more, alone; if it fails again the others
    are finished first.

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
        Wraps the units yet to run, `progress(units, total=, title=)`; with an executor those that
        have come back.
    executor : object, optional
        What has `submit(function, *args)`, whose futures have `result()` and `done()`: a
        `ProcessPool`, a pool of the standard library or of loky, `Client.get_executor()` of Dask,
        an executor of submitit. By default units run here, one after the other.

    Raises
    ------
    TypeError
        An argument of another type.
    ExperimentError
        Unknown name, scale or device; a folder that can't be written, or that another run writes; a
        damaged file; a result with NaN or infinity; an executor that has stopped; units that failed
        twice (`UnitsFailed`). Finished units stay in the folder.
    """
    plan = Plan.of(experiment, scale=scale, seeds=seeds, device=device)
    with Partial(plan, folder) as kept:
        head = record(kept, executor=executor, progress=progress)
        return head | {"units": list(kept.records())}


def record(kept: Partial, *, executor: Any, progress: Callable) -> dict[str, Any]:
    """Run the units that are missing, write the result and return it without its units."""
    plan = kept.plan
    require_executor(executor, plan)
    with _explained(kept):
        if executor is None:
            n_workers = _here(kept, progress)
        else:
            n_workers = _elsewhere(kept, executor, progress)
    head = {
        "name": plan.name,
        "title": plan.experiment.title,
        "scale": plan.scale,
        "source": plan.experiment.source,
        "units": [],
        "provenance": provenance(plan.device, kept.seconds, kind(executor), n_workers),
    }
    kept.finish(head)
    return head


def _here(kept: Partial, progress: Callable) -> int:
    """Run the units one after the other, in order."""
    plan, places = kept.plan, kept.missing()
    call = Call(plan.name, plan.experiment.run, plan.device)
    units = progress(plan.units.only(places), total=len(places), title=plan.title)
    for (case, seed), place in zip(units, places, strict=False):
        with one_thread():
            result, seconds = measured(call, case, seed)
        kept.add(place, result, seconds)
    return 1


def _elsewhere(kept: Partial, executor: Any, progress: Callable) -> int:
    """Run the units in an executor; the number of workers that took part."""
    schedule = Schedule(kept, executor)
    try:
        # In the threads of a pool of this process, too: see one_thread.
        with one_thread(), contextlib.closing(schedule.units()) as units:
            for _ in progress(units, total=kept.n_missing, title=kept.plan.title):
                pass
    except ExperimentError as error:
        error.args = (f"{error}\n{kept}",)
        if isinstance(error, UnitsFailed):
            error.finished = [] if kept.path else list(kept.records())
        raise
    return len(schedule.workers)


@contextlib.contextmanager
def _explained(kept: Partial) -> Iterator[None]:
    """Let an interruption say what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if kept.path is None:
            raise
        raise KeyboardInterrupt(f"stopped: {kept}") from None
