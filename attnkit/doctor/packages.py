"""Whether the packages of the core can be imported, and if not, why."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path

from attnkit.doctor.finding import Finding
from attnkit.doctor.requirements import install, version

__all__ = ["check_imports"]

_WINDOWS = "; on Windows torch also wants Microsoft's Visual C++ Redistributable"


def check_imports() -> Iterator[Finding]:
    """Import each package that the core needs."""
    wanted = [line for line in metadata.requires("attnkit") or () if ";" not in line]
    for line in wanted:
        name = re.match(r"[\w.-]+", line)[0]
        try:
            import_module(name)
        except (Exception, SystemExit) as error:
            yield Finding(name, _told(name, error), "wrong", _advice(name, line, error))
        else:
            yield _imported(name)


def _imported(name: str) -> Finding:
    place = _impostor(name)
    if place is None:
        return Finding(name, version(name))
    advice = f"rename or remove it, if it is not meant to stand in for the package {name}"
    return Finding(name, f"imported from {place}", "warning", advice)


def _told(name: str, error: BaseException) -> str:
    return f"{version(name)}, can't be imported: {type(error).__name__}: {error}"


def _advice(name: str, line: str, error: BaseException) -> str:
    place = _impostor(name)
    if place is not None:
        return f"{place} is imported in place of the package: rename or remove it"
    if isinstance(error, ModuleNotFoundError) and error.name == name:
        return install(line)
    again = f"python -m pip install --force-reinstall {name}"
    return again + (_WINDOWS if sys.platform == "win32" else "")


def _impostor(name: str) -> Path | None:
    """The file that is imported under this name, if it is not the installed package's."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or version(name) == "missing":
        return None
    packages = Path(metadata.distribution(name).locate_file("")).resolve()
    place = Path(spec.origin).resolve()
    return None if place.is_relative_to(packages) else place
