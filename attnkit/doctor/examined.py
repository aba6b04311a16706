"""Ask every check, whatever becomes of the others."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import attnkit
from attnkit.doctor import (
    at_work,
    browser,
    device,
    installed,
    jupyter,
    kernels,
    packages,
    places,
    requirements,
)
from attnkit.doctor.finding import Finding

__all__ = ["Report", "findings", "report"]

Check = Callable[..., Iterator[Finding]]

_WITHOUT_TORCH = (
    installed.check_python,
    installed.check_attnkit,
    requirements.check_versions,
    requirements.check_extras,
    jupyter.check_jupyter,
    browser.check_browser,
    packages.check_imports,
)
_WITH_TORCH = (
    device.check_device,
    device.check_threads,
    kernels.check_kernels,
    at_work.check_figure,
    at_work.check_exercise,
    at_work.check_series,
    at_work.check_encoder,
    places.check_places,
)


@dataclass(frozen=True)
class Report:
    """Everything that was found.

    Parameters
    ----------
    findings : tuple of Finding
        In the order in which they were looked at.
    """

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong; notes and warnings do not count."""
        return all(each.verdict != "wrong" for each in self.findings)

    def as_json(self) -> str:
        """The same as JSON, to be pasted where help is asked for."""
        content = {"attnkit": attnkit.__version__, "healthy": self.healthy}
        return json.dumps(content | {"findings": [asdict(f) for f in self.findings]}, indent=1)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self.conclusion])

    __repr__ = __str__

    @property
    def conclusion(self) -> str:
        """The last line."""
        n_wrong = sum(each.verdict == "wrong" for each in self.findings)
        return f"{n_wrong} of {len(self.findings)} wrong" if n_wrong else "all is well"


def report(*, data: str | os.PathLike | None = None) -> Report:
    """Look at this installation: versions, devices, Jupyter, data, a figure and an exercise.

    It takes a few seconds, asks no network, and never raises: what fails is what it tells. In a
    notebook the last line `attnkit.doctor.report()` shows it; `attnkit doctor` prints it.

    Parameters
    ----------
    data : path, optional
        A folder into which `attnkit.data` fetched files: are they the pinned ones?

    Returns
    -------
    Report
        Prints as one line for each finding, and below it what to do.

    Notes
    -----
    Defined here.
    """
    return Report(tuple(findings(data)))


def findings(data: str | os.PathLike | None = None) -> Iterator[Finding]:
    """Each finding as soon as it is known; what needs torch is left out where torch is broken."""
    before = []
    for check in _WITHOUT_TORCH:
        for each in _asked(check):
            before.append(each)
            yield each
    if any(each.what == "torch" and each.verdict == "wrong" for each in before):
        yield Finding("figures, exercises", "not tried: they need torch", "note")
        return
    for check in _WITH_TORCH:
        yield from _asked(check)
    if data is not None:
        yield from _asked(at_work.check_archives, Path(data))


def _asked(check: Check, *arguments: object) -> Iterator[Finding]:
    """What a check finds; what it raises is a finding too."""
    try:
        yield from check(*arguments)
    except (Exception, SystemExit) as error:
        what = check.__name__.removeprefix("check_").replace("_", " ")
        yield Finding(
            what, f"could not be looked at: {type(error).__name__}: {error}", "wrong", _TELL
        )


_TELL = "show this to whoever looks after attnkit where you are (attnkit doctor --json)"
