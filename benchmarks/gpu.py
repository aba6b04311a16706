"""Everything about kernels that needs a GPU, in less than four minutes and without a network.

    python benchmarks/gpu.py                                    # on a machine with a CUDA device
    python benchmarks/gpu.py --device cpu --folder /tmp/dry     # a dry run at toy sizes

First which kernels are right: the tests marked `cuda`, and a check of each against float64. Then
how fast: linear attention, the delta rule and entmax attention beside flash-linear-attention,
adasplash and torch's softmax attention where those are installed, and kernel densities beside a
core. Contenders run in turn, the level-two cache flushed before each, and medians count. It needs
torch, Triton, numpy, scipy, jaxtyping and the sources; without pytest no kernel can pass.

Written as it comes, to results/gpu.json and attnkit/gpu/recorded.json (or to --folder): what passed
takes the place of the torch path from then on. Exit status 3: no device, and nothing is written.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.gpu import trying
from benchmarks.on_a_gpu import proofs, timings
from benchmarks.on_a_gpu.contenders import CONTESTS, Contest, Sizes
from benchmarks.on_a_gpu.densities import compared
from benchmarks.on_a_gpu.devices import Device
from benchmarks.on_a_gpu.record import Record
from benchmarks.turns import installed

ROOT = Path(__file__).parents[1]
NO_DEVICE = 3
PROOFS_S, CONTEST_S, DENSITIES_S, WHOLE_S = 100, 14, 12, 225
"""Seconds for tests and checks, for each contest, for the densities, and for all of it."""


@dataclass(frozen=True)
class Scale:
    """How large the timed inputs are."""

    n_batch: int
    n_heads: int
    n_features: int
    lengths: tuple[int, ...]
    dtype: torch.dtype


WHOLE = Scale(1, 16, 64, (1024, 8192, 16384, 65536), torch.bfloat16)
TOY = Scale(1, 2, 16, (32, 64), torch.float32)


def main() -> int:
    """Run every section that is asked for; print and write what it finds."""
    asked = _asked()
    if asked.device == "cuda" and not torch.cuda.is_available():
        print("torch finds no CUDA device: nothing was measured, and nothing was overwritten")
        return NO_DEVICE
    start = time.monotonic()
    device, record = Device(asked.device), _record(asked)
    record.keep(**device.described(), scale=str(WHOLE if device.is_cuda else TOY))
    right = judge(record, device, asked.tests) if "proofs" in asked.only else set()
    if "times" in asked.only:
        race(record, device, right, start + WHOLE_S)
    if "densities" in asked.only:
        compare_densities(record, device)
    say(f"done in {time.monotonic() - start:.0f} s")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    option, sections = parser.add_argument, ["proofs", "times", "densities"]
    devices = "cpu is a dry run, which proves no kernel (by default cuda)"
    option("--device", choices=["cuda", "cpu"], default="cuda", help=devices)
    option("--folder", type=Path, help="write both files there, not into the clone")
    parts = f"sections to run (by default all: {', '.join(sections)})"
    option("--only", nargs="+", choices=sections, default=sections, metavar="SECTION", help=parts)
    files = "files of tests (by default all that speak of the mark; in a dry run none)"
    option("--tests", nargs="*", metavar="FILE", help=files)
    asked = parser.parse_args()
    if mistake := _mistake(asked):
        parser.error(mistake)
    if asked.tests is None:
        asked.tests = proofs.marked() if asked.device == "cuda" else []
    return asked


def _mistake(asked: argparse.Namespace) -> str | None:
    if asked.device == "cpu" and asked.folder is None:
        return "a dry run needs --folder: it must not overwrite what a device has shown"
    if asked.folder and asked.folder.exists() and not asked.folder.is_dir():
        return f"--folder must be a folder, got the file {asked.folder}"
    missing = [name for name in asked.tests or [] if not (ROOT / name).is_file()]
    return f"--tests must be files in the clone, got {missing[0]}" if missing else None


def _record(asked: argparse.Namespace) -> Record:
    folder = asked.folder
    results = folder / "gpu.json" if folder else ROOT / "results/gpu.json"
    recorded = folder / "recorded.json" if folder else ROOT / "attnkit/gpu/recorded.json"
    return Record(results, recorded, Device(asked.device).architecture)


def say(line: str) -> None:
    """A line of progress."""
    print(line, flush=True)


def judge(record: Record, device: Device, files: list[str]) -> set[str]:
    """Tests and checks at once: a kernel passes by both. Gives the contests that are right."""
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(proofs.checks, len(CONTESTS), device.name, limit=PROOFS_S)
        counts, tested = _tested(files)
        found = asked.result()
    checks = [{"name": c.name, **each} for c, each in zip(CONTESTS, found, strict=True)]
    record.keep(checks=checks, tests=counts)
    for each in checks:
        told = each.get("said") or f"{each['path']} path, errors {each['errors']}"
        say(f"check {each['name']}: {'right' if each['passed'] else 'WRONG'} ({told})")
    right = {each["name"] for each in checks if each["passed"]}
    wrong = {c.function for c in CONTESTS if c.name not in right}
    passed = tested | dict.fromkeys(wrong, False)
    if not device.is_cuda:
        say("passed: no kernel; a dry run proves none, as the CPU takes the torch path")
        return right
    say(f"passed: {', '.join(n for n, well in passed.items() if well) or 'no kernel'}")
    record.judge(passed)
    return right


def _tested(files: list[str]) -> tuple[dict, dict[str, bool]]:
    if lacking := proofs.missing_pytest():
        say(lacking)
        return {"said": lacking}, {}
    if not files:
        say("no test is run")
        return {}, {}
    say(f"tests marked cuda in {len(files)} files, at most {PROOFS_S} s")
    counts, tested = proofs.outcomes(files, limit=PROOFS_S)
    for name, found in counts.items():
        say(f"  {name}: {', '.join(f'{n} {what.lower()}' for what, n in found.items())}")
    return counts, tested


def race(record: Record, device: Device, right: set[str], until: float) -> None:
    """Every function against its peers at every length, while there is time.

    A kernel that was not found right is not run: the torch path is timed in its place.
    """
    rows, broken = [], {}
    for contest in CONTESTS:
        last = min(time.monotonic() + CONTEST_S, until)
        path = trying if contest.name in right else nullcontext
        try:
            for row in _laps(contest, device, last, path):
                rows.append(row)
                say(_told(row))
                record.keep(times=rows, goals=timings.goals_of_times(rows))
        except Exception as error:  # the others have their turn, if the device still answers
            broken[contest.name] = str(error)[:300]
            say(f"{contest.name} broke off: {broken[contest.name]}")
            record.keep(broken_off=broken)
    for goal in timings.goals_of_times(rows):
        say(_goal_told(goal))


def _laps(contest: Contest, device: Device, until: float, path: Callable) -> Iterator[dict]:
    """A contest at each length; at none where three runs in quadratic time would end too late."""
    scale, slowest, before = WHOLE if device.is_cuda else TOY, 0.0, 1
    peers = {n: p for n, p in contest.peers.items() if device.is_cuda or "torch" in p}
    peers = installed(peers)
    for n_tokens in scale.lengths:
        if time.monotonic() + 3 * slowest * (n_tokens / before) ** 2 > until:
            return
        sizes = Sizes(
            *(scale.n_batch, scale.n_heads, n_tokens, scale.n_features),
            *(device.name, scale.dtype),
        )
        for row in timings.timed(contest, peers, sizes, device, until=until, path=path):
            yield row
            slowest = max([slowest, *row["seconds"].values()])
        before = n_tokens


def _told(row: dict) -> str:
    milliseconds = [f"{name} {1e3 * s:.3f} ms" for name, s in row["seconds"].items()]
    memory = [f"{n} {b / 2**20:.0f} MiB" for n, b in row["peak_bytes"].items() if b is not None]
    failed = [f"{name} failed ({why})" for name, why in row["failed"].items()]
    told = ", ".join([*milliseconds, *memory, *failed])
    return f"{row['name']}, {row['mode']}, T = {row['n_tokens']}: {told}"


def _goal_told(goal: dict) -> str:
    if goal["found"] is None:
        return f"goal {goal['goal']}: at least {goal['at_least']:g}, not measured"
    verdict = "reached" if goal["reached"] else "MISSED"
    return f"goal {goal['goal']}: at least {goal['at_least']:g}, {goal['found']:.2f}: {verdict}"


def compare_densities(record: Record, device: Device) -> None:
    """Kernel densities on the device against one core; a CPU in its place is held to no goal."""
    rows = []
    until = time.monotonic() + DENSITIES_S
    for row in compared(device, until):
        rows.append(row)
        say(f"kernel densities, alpha {row['alpha']:g}, {row['mode']}: {row['ratio']:.1f} cores")
        held = rows if device.is_cuda else []
        record.keep(densities=rows, density_goals=timings.goals_of_densities(held))
    for goal in timings.goals_of_densities(rows if device.is_cuda else []):
        say(_goal_told(goal))


if __name__ == "__main__":
    sys.exit(main())
