"""The commands `attnkit reproduce NAME` and `attnkit list`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from attnkit.experiments.experiment import SCALES, ExperimentError, experiments
from attnkit.experiments.progress import bar, lines
from attnkit.experiments.runner import run
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
        "--out", type=Path, metavar="DIR", default=results_folder(), help="default: results/"
    )
    reproduce.set_defaults(action=_reproduce, mistakes=ExperimentError)
    listing = actions.add_parser("list", help="show the experiments there are")
    listing.set_defaults(action=_list, mistakes=ExperimentError)


def _reproduce(options: argparse.Namespace) -> None:
    result = run(
        options.name,
        scale=options.scale,
        seeds=options.seeds,
        device=options.device,
        folder=options.out,
        progress=bar if sys.stderr.isatty() else lines,
    )
    seconds = result["provenance"]["wall_s"]
    print(f"{len(result['units'])} units in {seconds:.1f} s -> {options.out / options.name}.json")


def _list(_: argparse.Namespace) -> None:
    for name, experiment in sorted(experiments().items()):
        sizes = ", ".join(f"{s} {len(experiment.units(s))} units" for s in experiment.cases)
        print(f"{name}: {experiment.title} [{sizes}]\n    {experiment.source}")
