"""Python, and which attnkit it imports: there may be two."""

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import attnkit
from attnkit.doctor.finding import Finding

__all__ = ["check_attnkit", "check_python"]

_TRIED = "Programming Language :: Python :: 3."


def check_python() -> Iterator[Finding]:
    """Whether attnkit was tried on this version of Python."""
    found = f"{sys.version.split()[0]}, {sys.executable}"
    classifiers = metadata.metadata("attnkit").get_all("Classifier") or ()
    tried = ["3." + c.removeprefix(_TRIED) for c in classifiers if c.startswith(_TRIED)]
    if "{}.{}".format(*sys.version_info) in tried:
        yield Finding("Python", found)
        return
    advice = (
        f"attnkit was tried on Python {', '.join(tried)}: choose one of them if something fails"
        if tried
        else "what was installed does not say which Python attnkit was tried on: reinstall attnkit"
    )
    yield Finding("Python", found, "warning", advice)


def check_attnkit() -> Iterator[Finding]:
    """Which attnkit is imported, and which others lie behind it."""
    used, *others = _places()
    yield Finding("attnkit", f"{attnkit.__version__}, {used}")
    for other in others:
        advice = (
            f"{used} is used, this one is not: uninstall one, or start Python in another folder"
        )
        yield Finding("attnkit, another", str(other), "warning", advice)
    told = metadata.version("attnkit")
    if told != attnkit.__version__:
        found = f"{told} by its metadata, {attnkit.__version__} by its code"
        yield Finding("attnkit, version", found, "warning", "install it once more")


def _places() -> list[Path]:
    """The folder that is imported, and every other one that the search path would find later."""
    used = Path(attnkit.__path__[0]).resolve()
    found = [(Path(entry) / "attnkit").resolve() for entry in sys.path]
    there = [place for place in found if (place / "__init__.py").exists()]
    return list(dict.fromkeys([used, *there]))
