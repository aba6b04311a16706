"""The finished units of a run that is under way, kept so that it can be interrupted."""

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attnkit.experiments.experiment import Case, Experiment, ExperimentError
from attnkit.experiments.provenance import versions
from attnkit.experiments.store import read, write

__all__ = ["Partial"]

Unit = tuple[Case, int]


class Partial:
    """Finished units of one experiment at one scale, on disk if there is a folder.

    A unit is known by a fingerprint of its case, seed, scale, device, the versions and the source
    file of the experiment, so numbers of two configurations are never mixed.
    """

    def __init__(
        self,
        experiment: Experiment,
        scale: str,
        *,
        device: str,
        folder: str | os.PathLike | None,
    ) -> None:
        self.name, self.scale = experiment.name, scale
        self.context = [self.name, scale, device, versions(), _source(experiment.run)]
        self.units: dict[str, dict[str, Any]] = {}
        self.path = None if folder is None else Path(folder) / f"{self.name}.{scale}.partial.json"
        if self.path is not None and self.path.exists():
            self.units = _by_key(self.path)
        self._save()

    def missing(self, units: Sequence[Unit]) -> list[Unit]:
        """Return the units that are yet to run."""
        return [unit for unit in units if self._key(*unit) not in self.units]

    def finished(self, units: Sequence[Unit]) -> list[dict[str, Any]]:
        """Return the records of those units that have run."""
        keys = [self._key(*unit) for unit in units]
        return [self.units[key] for key in keys if key in self.units]

    def add(self, case: Case, seed: int, result: dict[str, Any], seconds: float) -> None:
        """Keep a finished unit, at once."""
        record = {"case": case, "seed": seed, "result": result, "wall_s": round(seconds, 3)}
        self.units[self._key(case, seed)] = record
        self._save()

    def close(self, result: dict[str, Any]) -> None:
        """Write the result and drop the partial file."""
        if self.path is not None:
            write(self.path.with_name(f"{self.name}.json"), result)
            self.path.unlink()

    @contextmanager
    def explained(self, units: Sequence[Unit]) -> Iterator[None]:
        """Let an interruption say what is kept and how to go on."""
        try:
            yield
        except KeyboardInterrupt:
            if self.path is None:
                raise
            kept = len(self.finished(units))
            raise KeyboardInterrupt(
                f"stopped: {kept} of {len(units)} units are kept in {self.path}; "
                f"the same command (attnkit reproduce {self.name} --scale {self.scale} ...) goes on"
            ) from None

    def _key(self, case: Case, seed: int) -> str:
        text = json.dumps([*self.context, case, seed], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _save(self) -> None:
        if self.path is not None:
            write(self.path, {"units": self.units})


def _by_key(path: Path) -> dict[str, dict[str, Any]]:
    units = read(path, {"units"})["units"]
    if not isinstance(units, dict):
        raise ExperimentError(f"{path} must hold units by their keys, got {type(units).__name__}")
    return units


def _source(function: Callable) -> str:
    """Return the text of the function's file, so that edited code is not mixed with old units."""
    try:
        return inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        return function.__qualname__
