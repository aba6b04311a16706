"""How long a build of the book takes, first and after a change; beside an older checkout if given.

    python benchmarks/build.py [--old CHECKOUT]

Each checkout's tracked files are copied to a folder of their own and built there by this
environment. The old one is built with its own `.venv` if it has one. Ratios are of wall time in one
run on one machine; CPU time of all processes stands beside it.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
BUILD = "make book -o .venv/.ready"
PROSE = "book/icl/2_what_breaks_it.md"
MECHANISM = "attnkit/densities/finite/maps.py"
FIGURE = "attnkit/densities/**/figures/finite_entmax.py"


def copied(checkout: Path, folder: Path) -> Path:
    """The tracked files of a checkout, in a new folder."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=checkout, text=True)
    for name in filter(None, listed.split("\0")):
        if (checkout / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(checkout / name, folder / name)
    return folder


def build(folder: Path, python: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one build."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(
        [*BUILD.split(), f"BIN={python.parent}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"the build in {folder} failed:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}")
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu


def appended(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def recaptioned(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    opened = re.compile(r'caption=(?:"""|\(\s*")')
    path.write_text(opened.sub(r"\g<0>Look. ", text, count=1), encoding="utf-8")


STEPS = {
    "first": lambda folder: None,
    "nothing changed": lambda folder: None,
    "one chapter's prose": lambda folder: appended(folder / PROSE, "\nOne more sentence.\n"),
    "one caption": lambda folder: recaptioned(next(folder.glob(FIGURE))),
    "one mechanism": lambda folder: appended(folder / MECHANISM, "\n_ANOTHER = 1\n"),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--old", type=Path, help="an older checkout")
    options = parser.parse_args()
    checkouts = {"new": (HERE, Path(sys.executable))}
    if options.old:
        own = options.old / ".venv/bin/python"
        checkouts["old"] = (options.old, own if own.exists() else Path(sys.executable))
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: Path(temporary) / name for name in checkouts}
        for name, (checkout, _) in checkouts.items():
            copied(checkout.resolve(), folders[name])
        print(f"{'build':20} " + " ".join(f"{name + ' wall/CPU s':>18}" for name in checkouts))
        for step, change in STEPS.items():
            row = {}
            for name, (_, python) in checkouts.items():
                change(folders[name])
                row[name] = build(folders[name], python)
            cells = " ".join(f"{wall:10.1f} {cpu:7.1f}" for wall, cpu in row.values())
            ratio = f"  ratio {row['new'][0] / row['old'][0]:.2f}" if options.old else ""
            print(f"{step:20} {cells}{ratio}", flush=True)


if __name__ == "__main__":
    main()
