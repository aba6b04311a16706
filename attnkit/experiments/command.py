"""The command line: `attnkit reproduce NAME` and `attnkit list`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from attnkit.experiments.experiment import SCALES, ExperimentError, experiments
from attnkit.experiments.progress import bar, lines
from attnkit.experiments.runner import run
from attnkit.experiments.store import results_folder

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.action(options)
    except ExperimentError as error:
        print(f"attnkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stopped:
        print(f"\n{stopped or 'stopped'}", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="attnkit", description="Reproduce the book's experiments."
    )
    actions = parser.add_subparsers(required=True, metavar="reproduce | list")
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
    reproduce.set_defaults(action=_reproduce)
    listing = actions.add_parser("list", help="show the experiments there are")
    listing.set_defaults(action=_list)
    return parser


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
    for name, experiment in experiments().items():
        sizes = ", ".join(f"{s} {len(experiment.units(s))} units" for s in experiment.cases)
        print(f"{name}: {experiment.title} [{sizes}]\n    {experiment.source}")
