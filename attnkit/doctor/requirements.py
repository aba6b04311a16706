"""What the installed metadata asks for, held against what is installed."""

import re
from collections.abc import Iterator
from importlib import metadata

from attnkit.doctor.finding import Finding

__all__ = ["check_extras", "check_versions", "install", "unmet", "version"]


def install(what: str) -> str:
    """The command that brings what is wanted."""
    return f'python -m pip install "{what}"'


def version(package: str) -> str:
    """The installed version of a package, or "missing"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def unmet(package: str, extra: str = "") -> dict[str, str]:
    """What a package, or an extra of it, asks for and does not find, with what is there instead.

    Raises
    ------
    ModuleNotFoundError
        If `packaging` is missing: it comes with Jupyter, and the core does without.
    """
    from packaging.requirements import Requirement

    found = {}
    for each in map(Requirement, metadata.requires(package) or ()):
        there = version(each.name)
        fits = there != "missing" and each.specifier.contains(there, prereleases=True)
        if not fits and _belongs(each.marker, extra):
            found[f"{each.name}{each.specifier}"] = there
    return found


def _belongs(marker, extra: str) -> bool:
    """Whether a requirement is one of the extra itself, or of the package where that is empty."""
    if marker is None:
        return not extra
    return ("extra" in str(marker)) == bool(extra) and marker.evaluate({"extra": extra})


def check_versions() -> Iterator[Finding]:
    """Whether the core's packages are in the ranges that attnkit was made for."""
    try:
        lacking = unmet("attnkit")
    except ModuleNotFoundError:
        yield Finding(
            "versions", "not compared: packaging is missing", "note", install("packaging")
        )
        return
    for wanted, there in lacking.items():
        yield Finding("versions", f"{wanted} is wanted, {there} is there", "wrong", install(wanted))
    if not lacking:
        yield Finding("versions", "all in the ranges that attnkit asks for")


def check_extras() -> Iterator[Finding]:
    """Which packages each declared extra lacks, and the one command that brings them."""
    for extra in metadata.metadata("attnkit").get_all("Provides-Extra") or ():
        lacking = unmet("attnkit", extra)
        outdated = any(there != "missing" for there in lacking.values())
        verdict = "warning" if outdated else "note" if lacking else "ok"
        advice = install(f"attnkit[{extra}]") if lacking else ""
        yield Finding(f"extra {extra}", _told(lacking) or "all there", verdict, advice)


def _told(lacking: dict[str, str]) -> str:
    """What is missing by its name, what is there in another version with both."""
    missing = [re.match(r"[\w.-]+", each)[0] for each in lacking if lacking[each] == "missing"]
    others = [f"{wanted} ({there})" for wanted, there in lacking.items() if there != "missing"]
    return ", ".join([*others, *(["without " + ", ".join(missing)] if missing else [])])
