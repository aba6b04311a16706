"""The commands `attnkit reproduce NAME` and `attnkit list`."""

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from attnkit.experiments.cluster import dask_executor
from attnkit.experiments.experiment import SCALES, ExperimentError, experiments
from attnkit.experiments.partial import Partial
from attnkit.experiments.plan import Plan
from attnkit.experiments.processes import ProcessPool, cores
from attnkit.experiments.progress import bar, lines
from attnkit.experiments.runner import record
from attnkit.experiments.store import results_folder

__all__ = ["add_commands"]


def add_commands(actions: Any) -> None:
    """Add `reproduce` and `list` to the command line."""
    reproduce = actions.add_parser("reproduce", help="run one experiment and record its result")
    reproduce.add_argument("name", metavar="NAME", help="as `attnkit list` shows it")
    reproduce.add_argument(
        "--scale",
        choices=SCALES,
        default="quick",
        help="quick: seconds, full: minutes (default: quick)",
    )
    reproduce.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    reproduce.add_argument("--seeds", type=int, metavar="N", help="default: the experiment's own")
    reproduce.add_argument(
        "--workers", type=int, metavar="N", help="processes (default: one for each core)"
    )
    reproduce.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask scheduler's address, or `local` to start one"
    )
    reproduce.add_argument(
        "--out", type=Path, metavar="DIR", default=results_folder(), help="default: results/"
    )
    reproduce.set_defaults(action=_reproduce, mistakes=ExperimentError)
    listing = actions.add_parser("list", help="show the experiments there are")
    listing.set_defaults(action=_list, mistakes=ExperimentError)


def _reproduce(options: argparse.Namespace) -> None:
    plan = Plan.of(options.name, scale=options.scale, seeds=options.seeds, device=options.device)
    with Partial(plan, options.out) as kept, _executor(options, kept.n_missing) as executor:
        progress = bar if sys.stderr.isatty() else lines
        result = record(kept, executor=executor, progress=progress)
    about = result["provenance"]
    workers = "" if about["workers"] == 1 else f", {about['workers']} workers"
    print(
        f"{len(plan.units)} units in {about['wall_s']:.1f} s of work{workers} "
        f"-> {options.out / options.name}.json"
    )


def _executor(options: argparse.Namespace, n_units: int) -> AbstractContextManager:
    """Where so many units are to run: one is done here."""
    if options.workers is not None and not 1 <= options.workers <= 1024:
        raise ExperimentError(f"--workers must be from 1 to 1024, got {options.workers}")
    if options.workers and options.dask not in (None, "local"):
        raise ExperimentError(f"the cluster at {options.dask} has its own workers: no --workers")
    if options.device == "cuda" and (options.dask or (options.workers or 1) > 1):
        raise ExperimentError("device cuda is for one process: no --workers and no --dask")
    workers = min(options.workers or cores(), max(n_units, 1))
    if options.dask:
        return dask_executor(options.dask, workers)
    if workers == 1 or options.device == "cuda":
        return nullcontext()
    return ProcessPool(workers)


def _list(_: argparse.Namespace) -> None:
    for name, experiment in sorted(experiments().items()):
        sizes = ", ".join(f"{s} {len(experiment.units(s))} units" for s in experiment.cases)
        print(f"{name}: {experiment.title} [{sizes}]\n    {experiment.source}")
