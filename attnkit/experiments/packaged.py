"""Summaries of recorded results that travel inside the package: a figure needs no results folder.

After a new recording `python -m attnkit.experiments.packaged` writes every one anew.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from attnkit.discovery import Declared
from attnkit.experiments.store import load

__all__ = ["Packaged", "packaged"]


class Packaged(Mapping):
    """A few numbers of each recorded result, by the experiment's name.

    Parameters
    ----------
    place : Path
        The JSON file beside the module that declares it, `recorded.py`.
    summaries : mapping
        For each experiment a function of its recorded result that returns what JSON can hold.
    """

    def __init__(self, place: Path, summaries: Mapping[str, Callable[[dict], Any]]) -> None:
        self.place, self.summaries = place, summaries
        self.name = "/".join(place.parts[-3:])

    def fresh(self) -> dict[str, Any]:
        """The summaries of the results as they are recorded now."""
        made = {name: summarise(load(name)) for name, summarise in self.summaries.items()}
        return json.loads(json.dumps(made))

    def write(self) -> None:
        """Put the summaries of the recorded results in place."""
        text = json.dumps(self.fresh(), separators=(",", ":"))
        self.place.write_text(text + "\n", encoding="utf-8")

    @cached_property
    def _stored(self) -> dict[str, Any]:
        return json.loads(self.place.read_text(encoding="utf-8"))

    def __getitem__(self, experiment: str) -> Any:
        return self._stored[experiment]

    def __iter__(self):
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def packaged() -> Mapping[str, Packaged]:
    """Every summary that a room's `recorded.py` declares, by its place."""
    return Declared("recorded", Packaged)


if __name__ == "__main__":
    # This file runs as `__main__`; the rooms know its class by its module's name.
    from attnkit.experiments import packaged as module

    for each in module.packaged().values():
        each.write()
