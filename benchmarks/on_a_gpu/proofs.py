"""Which kernels are right on this device: the tests marked `cuda`, and a check of our own.

A kernel has passed when every test of its folder has, some did, and its own check has.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["FOLDERS", "N_PARTS", "Outcome", "checks", "marked", "missing_pytest", "outcomes", "ran"]

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "linear_attention": "tests/memory/linear",
    "delta_rule": "tests/memory/delta",
    "entmax_attention": "tests/densities/ada_splash",
    "causal_entmax_attention": "tests/densities/ada_splash",
}
"""Where the tests of each kernel stand."""

_MARK = re.compile(r"^\s*(@|pytestmark = )?pytest\.mark\.cuda\b", re.MULTILINE)
_LINE = re.compile(r"^(\S+\.py::.*?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b")

_NO_TESTS = 5

N_PARTS = max(1, (os.cpu_count() or 1) // 4)
"""Processes for the tests of each kernel: almost all of their time is that of the compiler."""

Outcome = dict[str, str]
"""What became of each test, by its name."""


def missing_pytest() -> str | None:
    """Say so where there is no pytest: then nothing can pass."""
    if importlib.util.find_spec("pytest"):
        return None
    return "pytest is missing: no test runs, and no kernel is recorded as passed"


def marked(root: Path = ROOT) -> list[str]:
    """The files of tests that speak of the mark `cuda`; kernels' folders first."""
    files = [
        path.relative_to(root).as_posix()
        for path in sorted((root / "tests").rglob("test_*.py"))
        if _MARK.search(path.read_text(encoding="utf-8"))
    ]
    return sorted(files, key=lambda name: (_folder(name) is None, name))


def _folder(name: str) -> str | None:
    return next((f for f in FOLDERS.values() if name.startswith(f + "/")), None)


def ran(
    files: list[str], *, limit: float, root: Path = ROOT, part: str = "0/1"
) -> tuple[Outcome, int]:
    """Run a part of the tests in one process; what became of each, and pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-v", "--tb=short", "-m", "cuda", "--noconftest"]
    command += ["--continue-on-collection-errors", "--color=no"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-W", "default"]  # what a library there warns of makes no kernel wrong
    command += ["-p", "benchmarks.on_a_gpu.part", *files]
    found: Outcome = {}
    told = []
    with started(command, limit=limit, root=root, ATTNKIT_PART=part) as process:
        for line in process.stdout:
            told.append(line)
            if said := _LINE.match(line):
                found[said[1]] = said[2]
    if (status := process.wait()) not in (0, _NO_TESTS):
        print("".join(told[-40:]), flush=True)
    return found, status


def started(
    command: list[str], *, limit: float, root: Path = ROOT, **settings: str
) -> subprocess.Popen:
    """Start a process that finds the sources, and is killed when its time is up."""
    places = os.pathsep.join(dict.fromkeys([str(root), str(ROOT)]))
    settings = os.environ | {"PYTHONPATH": places, "OMP_NUM_THREADS": "1"} | settings
    process = subprocess.Popen(
        command, cwd=root, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    clock = threading.Timer(limit, process.kill)
    clock.daemon = True
    clock.start()
    return process


def checks(n_contests: int, device: str, *, limit: float) -> list[dict]:
    """The check of each contest, in a process of its own: a kernel may take all down with it."""
    command = [sys.executable, "-m", "benchmarks.on_a_gpu.checks", device]

    def one(index: int) -> dict:
        with started([*command, str(index)], limit=limit) as process:
            told = process.stdout.read()
        try:
            return json.loads(told.splitlines()[-1])
        except (IndexError, ValueError):
            return {"passed": False, "said": told[-300:] or "did not end in time"}

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(one, range(n_contests)))


def outcomes(
    files: list[str], *, limit: float, root: Path = ROOT, n_parts: int = N_PARTS
) -> tuple[dict, dict[str, bool]]:
    """Run the files, those of each kernel in processes of their own, all at once.

    Gives how many tests came out how, by file, and for each kernel whether its tests have passed;
    a kernel whose tests did not end in time is left out.
    """
    groups: dict[str | None, list[str]] = {}
    for name in files:
        groups.setdefault(_folder(name), []).append(name)
    parts = [f"{number}/{n_parts}" for number in range(n_parts)]
    with ThreadPoolExecutor(max(len(groups) * n_parts, 1)) as pool:
        waiting = {
            folder: [pool.submit(ran, names, limit=limit, root=root, part=p) for p in parts]
            for folder, names in groups.items()
        }
        done = {f: _together([each.result() for each in w]) for f, w in waiting.items()}
    counts: dict[str, Counter] = {}
    for found, _ in done.values():
        for name, outcome in found.items():
            counts.setdefault(name.partition("::")[0], Counter())[outcome] += 1
    passed = {
        function: _all_passed(*done[folder])
        for function, folder in FOLDERS.items()
        if folder in done and done[folder][1] in (0, 1)
    }
    return {name: dict(found) for name, found in counts.items()}, passed


def _together(parts: list[tuple[Outcome, int]]) -> tuple[Outcome, int]:
    """What all parts found, and the worst of their statuses; a part may have no test."""
    found = {name: outcome for part, _ in parts for name, outcome in part.items()}
    statuses = {status for _, status in parts} - {_NO_TESTS} or {_NO_TESTS}
    return found, max(statuses, key=abs)


def _all_passed(found: Outcome, status: int) -> bool:
    return status == 0 and "PASSED" in found.values() and "SKIPPED" not in found.values()
