"""Whether Jupyter finds this Python, and the widget its front end."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from attnkit.doctor.finding import Finding
from attnkit.doctor.requirements import install, unmet, version

__all__ = ["check_jupyter"]

_PAIR = ("ipywidgets", "anywidget")
_REGISTER = "python -m ipykernel install --user --name attnkit"


def check_jupyter() -> Iterator[Finding]:
    """JupyterLab, the kernel of this Python, and the packages that a widget is made of."""
    lab = version("jupyterlab")
    if lab == "missing":
        yield Finding("Jupyter", "not here", "note", install("attnkit[notebooks]"))
        return
    yield _laboratory(lab)
    yield _kernel()
    yield from _widgets()


def _laboratory(lab: str) -> Finding:
    """Of two installations, `jupyter lab` may start the one without attnkit."""
    found = shutil.which("jupyter-lab")
    ours = Path(sys.executable).parent
    if found is None or Path(found).parent.resolve() == ours.resolve():
        return Finding("JupyterLab", lab)
    advice = "start it by `python -m jupyter lab`, with this Python"
    return Finding("JupyterLab", f"{lab}, but `jupyter lab` starts {found}", "warning", advice)


def _kernel() -> Finding:
    """A kernel whose command is this Python, or "python", as pip installs it beside Jupyter."""
    from jupyter_client.kernelspec import KernelSpecManager

    specs = KernelSpecManager().get_all_specs()
    ours = [name for name, spec in specs.items() if starts_this(spec["spec"]["argv"])]
    if ours:
        return Finding("kernel", ", ".join(ours))
    return Finding("kernel", "none starts this Python", "warning", _REGISTER)


def starts_this(command: list[str]) -> bool:
    """Whether a kernel's command runs this Python."""
    started = Path(command[0])
    names = {
        "python",
        "python{}".format(*sys.version_info),
        "python{}.{}".format(*sys.version_info),
    }
    return command[0] in names or started.absolute() == Path(sys.executable).absolute()


def _widgets() -> Iterator[Finding]:
    """The versions that belong together, by the metadata of the packages themselves."""
    there = {name: version(name) for name in _PAIR}
    lacking = {
        wanted: found
        for name in _PAIR
        if there[name] != "missing"
        for wanted, found in unmet(name).items()
    }
    for wanted, found in lacking.items():
        yield Finding("widgets", f"{wanted} is wanted, {found} is there", "wrong", install(wanted))
    if "missing" in there.values():
        told = ", ".join(name for name, found in there.items() if found == "missing")
        yield Finding("widgets", f"without {told}", "warning", install("attnkit[notebooks]"))
    elif not lacking:
        yield Finding("widgets", ", ".join(f"{name} {found}" for name, found in there.items()))
