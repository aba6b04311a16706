"""The command line: `attnkit ...`, put together from what each part of the core contributes.

A part of the core has a `command.py` with `add_commands(actions)`, which adds subparsers. Each sets
`action`, called with the options and returning an exit status or None, and `mistakes`, the errors
whose message is all that a person needs.
"""

import argparse
import sys
from collections.abc import Sequence

from attnkit.discovery import room_modules

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.action(options) or 0
    except options.mistakes as error:
        print(f"attnkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stopped:
        print(f"\n{stopped or 'stopped'}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="attnkit",
        description="Reproduce the book's experiments; hand out and grade its exercises.",
    )
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in room_modules("command"):
        module.add_commands(actions)
    return parser
