"""The finished units of a run that is under way, kept so that it can be interrupted."""

import hashlib
import inspect
import json
import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.lines import Lines
from attnkit.experiments.old_partial import old_units
from attnkit.experiments.plan import Plan
from attnkit.experiments.provenance import versions
from attnkit.experiments.store import ADVICE, UNIT_WORDS, is_unit, refuse_to_lose, write_result

__all__ = ["Partial"]


class Partial:
    """Finished units of a plan, kept in `folder/NAME.SCALE.partial.jsonl`, or in memory.

    Each run writes a line for its context (experiment, scale, device, versions, source file), and
    one for each unit it finishes; only units of the same context are taken up. In memory a unit is
    the place of its line in the file, eight bytes.

    Raises
    ------
    ExperimentError
        If the folder can't be written, another run writes there, a file is damaged, or the result
        would replace a larger one.
    """

    def __init__(self, plan: Plan, folder: str | os.PathLike | None) -> None:
        self.plan, self.folder = plan, None if folder is None else Path(folder)
        self.context = [plan.name, plan.scale, plan.device, versions(), _source(plan)]
        self.starts = array("q", [-1]) * len(plan.units)
        self.n_missing, self.seconds, self.is_over = len(plan.units), 0.0, False
        if self.folder is not None:
            refuse_to_lose(self._file("json"), plan.scale, len(plan.units))
        self.path = self.folder and self._file(f"{plan.scale}.partial.jsonl")
        self.lines = Lines(self.path)
        try:
            self._take_up()
        except BaseException:
            self.lines.close()
            raise

    def __enter__(self) -> "Partial":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.lines.close()
        if self.is_over and self.folder is not None:
            self.path.unlink()
            self._old_path().unlink(missing_ok=True)

    def missing(self) -> array:
        """Return the places of the units that are yet to run."""
        return array("q", (place for place, start in enumerate(self.starts) if start < 0))

    def records(self) -> Iterator[dict[str, Any]]:
        """The finished units, in order."""
        return (self.lines.at(start) for start in self.starts if start >= 0)

    def add(self, place: int, result: dict[str, Any], seconds: float) -> None:
        """Keep a finished unit, at once."""
        case, seed = self.plan.units[place]
        record = {"case": case, "seed": seed, "result": result, "wall_s": round(seconds, 3)}
        if self.starts[place] < 0:
            self._found(place, self.lines.append(record), record)

    def finish(self, head: dict[str, Any]) -> None:
        """Write the result; the partial file goes when this is left."""
        if self.folder is not None:
            write_result(self._file("json"), head, self.records())
        self.is_over = True

    def __str__(self) -> str:
        """What is kept, and how to go on."""
        n_units, name, scale = len(self.plan.units), self.plan.name, self.plan.scale
        if self.path is None:
            return f"{n_units - self.n_missing} of {n_units} units finished, in no folder"
        return (
            f"{n_units - self.n_missing} of {n_units} units are kept in {self.path}; "
            f"the same command (attnkit reproduce {name} --scale {scale} ...) goes on"
        )

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.plan.name}.{ending}"

    def _old_path(self) -> Path:
        return self._file(f"{self.plan.scale}.partial.json")

    def _found(self, place: int | None, start: int, record: dict[str, Any]) -> None:
        if place is None or self.starts[place] >= 0:
            return
        self.starts[place] = start
        self.n_missing -= 1
        self.seconds += record["wall_s"]

    def _take_up(self) -> None:
        context = hashlib.sha256(json.dumps(self.context).encode()).hexdigest()[:16]
        units, current = self.plan.units, None
        for start, record in self.lines:
            if "context" in record:
                current = record["context"]
            elif current is None or not is_unit(record):
                raise ExperimentError(f"{self.path} must hold units with {UNIT_WORDS}; {ADVICE}")
            elif current == context:
                self._found(units.place(record["case"], record["seed"]), start, record)
        if current != context:
            self.lines.append({"context": context, "name": self.plan.name})
        if self.folder is not None and self._old_path().exists():
            for place, record in old_units(self._old_path(), self.context, units):
                self.add(place, record["result"], record["wall_s"])


def _source(plan: Plan) -> str:
    """Return the text of the function's file, so that edited code is not mixed with old units."""
    function = plan.experiment.run
    try:
        return inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        return function.__qualname__
