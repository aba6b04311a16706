"""Recorded results as files: found, read with care, written in one step."""

import json
import os
import tempfile
import textwrap
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import attnkit
from attnkit.arguments import checked
from attnkit.experiments.experiment import SCALES, ExperimentError

__all__ = [
    "ADVICE",
    "UNIT_WORDS",
    "cannot_write",
    "is_unit",
    "load",
    "read",
    "refuse_to_lose",
    "results_folder",
    "write_result",
]

_RESULT_KEYS = {"name", "scale", "source", "units", "provenance"}


def results_folder() -> Path:
    """Return the checkout's `results/`, or `results/` here when attnkit is an installed wheel."""
    root = Path(attnkit.__path__[0]).parent
    return root / "results" if (root / "pyproject.toml").exists() else Path("results")


@checked
def load(name: str, *, folder: str | os.PathLike | None = None) -> dict[str, Any]:
    """Return a recorded result: its units (case, seed, result, seconds) and its provenance.

    Parameters
    ----------
    name : str
        The experiment's name.
    folder : path, optional
        Where `NAME.json` lies; by default the checkout's `results/`, and for an installed wheel,
        which carries no results, `results/` in the working folder.

    Raises
    ------
    ExperimentError
        If there is no such file (the message gives the command that records it) or it is damaged.
    """
    path = Path(folder or results_folder()) / f"{name}.json"
    if not path.exists():
        raise ExperimentError(
            f"no recorded result {path.name} in {path.parent}; "
            f"`attnkit reproduce {name} --scale full --out {path.parent}` records it"
        )
    return read(path, _RESULT_KEYS)


def read(path: Path, keys: set[str]) -> dict[str, Any]:
    """Read a JSON object that must have these keys, and units that a run could have written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExperimentError(f"{path} cannot be read ({error}); {ADVICE}") from None
    missing = keys - set(content) if isinstance(content, dict) else keys
    if missing:
        raise ExperimentError(f"{path} lacks {', '.join(sorted(missing))}; {ADVICE}")
    units = content["units"].values() if isinstance(content["units"], dict) else content["units"]
    if not isinstance(units, Collection) or not all(map(is_unit, units)):
        raise ExperimentError(f"{path} must hold units with {UNIT_WORDS}; {ADVICE}")
    return content


def is_unit(record: Any) -> bool:
    """Whether this is what a run keeps of a finished unit."""
    kinds = {"case": dict, "seed": int, "result": dict, "wall_s": int | float}
    return isinstance(record, dict) and all(
        isinstance(record.get(key), kind) for key, kind in kinds.items()
    )


UNIT_WORDS = "case, seed, result and wall_s"


ADVICE = "it was left as it is: restore it, or move it away to start afresh"


def write_result(path: Path, head: dict[str, Any], units: Iterable[dict[str, Any]]) -> None:
    """Write a result, unit by unit, so that a reader sees the old file or the new one, never half.

    The text is that of `json.dumps` with an indent of one: `head` with the units in place of its
    empty list.
    """
    before, _, after = _json(head).partition('"units": []')
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(".partial.json", f".{path.stem}.", path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f'{before}"units": [')
            for number, unit in enumerate(units):
                file.write((",\n" if number else "\n") + textwrap.indent(_json(unit), "  "))
            file.write(f"\n ]{after}\n")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)


def cannot_write(path: Path, error: OSError) -> ExperimentError:
    """The error of a folder that takes no file."""
    return ExperimentError(
        f"cannot write {path.name} to the folder {path.parent} ({error.strerror}); "
        "choose another one with --out (folder= in Python)"
    )


def refuse_to_lose(path: Path, scale: str, n_units: int) -> None:
    """Refuse to start a run that would replace a recorded result by a smaller one."""
    if not path.exists():
        return
    old = read(path, _RESULT_KEYS)
    rank = {name: place for place, name in enumerate(SCALES)}
    old_size = (rank.get(old["scale"], len(SCALES)), len(old["units"]))
    if old_size > (rank[scale], n_units):
        raise ExperimentError(
            f"{path} holds a larger result ({old['scale']}, {old_size[1]} units) than this run "
            f"would write ({scale}, {n_units}); write to another folder with --out "
            "(folder= in Python), or move that file away"
        )
