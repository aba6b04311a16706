"""The command line: `attnkit ...`, put together from what each part of the core contributes.

A part of the core has a `command.py` with `add_commands(actions)`, which adds subparsers. Each sets
`action`, called with the options and returning an exit status or None, and `mistakes`, the errors
whose message is all that a person needs. A command that is called like its part is loaded alone, so
that `attnkit doctor` runs where the others can't be imported.
"""

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

import attnkit
from attnkit.discovery import room_modules

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        parser = _parser(arguments)
    except (ImportError, OSError) as error:
        print(f"attnkit: {error}; `attnkit doctor` says what to do", file=sys.stderr)
        return 1
    options = parser.parse_args(arguments)
    try:
        return options.action(options) or 0
    except options.mistakes as error:
        print(f"attnkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stopped:
        print(f"\n{stopped or 'stopped'}", file=sys.stderr)
        return 130


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="attnkit",
        description="Reproduce the book's experiments; hand out and grade its exercises.",
    )
    parser.add_argument("--version", action="version", version=f"attnkit {attnkit.__version__}")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in _needed(arguments):
        module.add_commands(actions)
    return parser


def _needed(arguments: Sequence[str]) -> list[ModuleType]:
    """The modules whose commands these arguments may name."""
    if "--version" in arguments[:1]:
        return []
    alone = [module for part in arguments[:1] for module in room_modules("command", part)]
    return alone or room_modules("command")
