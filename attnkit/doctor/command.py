"""The command `attnkit doctor`."""

import argparse
from typing import Any

from attnkit.doctor.examined import Report, findings, report

__all__ = ["add_commands"]


def add_commands(actions: Any) -> None:
    """Add `doctor` to the command line."""
    doctor = actions.add_parser("doctor", help="say what is wrong here, and what to do")
    doctor.add_argument("--json", action="store_true", help="to be pasted where help is asked for")
    doctor.add_argument("--data", metavar="DIR", help="a folder with fetched series to verify")
    doctor.set_defaults(action=_doctor, mistakes=())


def _doctor(options: argparse.Namespace) -> int:
    if options.json:
        found = report(data=options.data)
        print(found.as_json())
        return int(not found.healthy)
    told = []
    for each in findings(options.data):
        print(each, flush=True)
        told.append(each)
    found = Report(tuple(told))
    print(found.conclusion)
    return int(not found.healthy)
