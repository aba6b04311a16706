"""Whether what is written has a place."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from attnkit.doctor.finding import Finding

__all__ = ["check_places"]


def check_places() -> Iterator[Finding]:
    """Try to write where experiments put their results, and where temporary files lie."""
    from attnkit.experiments.store import results_folder

    results = results_folder().absolute()
    yield _tried("results", results, "choose another folder by --out, or folder= in Python")
    yield _tried("temporary files", Path(tempfile.gettempdir()), "let TMPDIR name another folder")


def _tried(what: str, folder: Path, advice: str) -> Finding:
    """Write an unnamed file into the folder, or into the nearest one above it that exists."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"attnkit")
    except OSError as error:
        return Finding(what, f"{folder} can't be written to ({error})", "warning", advice)
    return Finding(what, str(folder))
