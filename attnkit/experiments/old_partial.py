"""The partial file of earlier versions: one JSON object, written anew after each unit."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attnkit.experiments.experiment import ExperimentError
from attnkit.experiments.store import read
from attnkit.experiments.units import Units

__all__ = ["old_units"]


def old_units(path: Path, context: list, units: Units) -> Iterator[tuple[int, dict[str, Any]]]:
    """The places and records of those units that such a file holds, of the same context.

    A unit is known there by a fingerprint of the context, its case and its seed.
    """
    kept = read(path, {"units"})["units"]
    if not isinstance(kept, dict):
        raise ExperimentError(f"{path} must hold units by their keys, got {type(kept).__name__}")
    for place, (case, seed) in enumerate(units):
        text = json.dumps([*context, case, seed], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        if key in kept:
            yield place, kept[key]
