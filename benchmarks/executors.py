"""What an executor brings and costs: two workers against one, short units, very many units.

    python benchmarks/executors.py            # the lottery with a fifth of its steps, one seed
    python benchmarks/executors.py --full     # all of `icl-lottery --scale full`, half an hour

Wanted: two workers at least 1.7 times as fast as one, 1,000 units of a millisecond with at most a
second of overhead, and a parent whose memory doesn't grow with the number of units. Processes are
started before the clock is; how long that takes is printed. Half of the lottery runs with one
worker, then with two, then the other half, so that a neighbour's load hits both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import psutil
from turns import verdict

from attnkit.experiments import Experiment, ExperimentError, ProcessPool, find, run
from attnkit.experiments.cluster import dask_executor
from attnkit.experiments.partial import Partial
from attnkit.experiments.plan import Plan
from attnkit.experiments.runner import record

MANY = (1_000, 10_000, 100_000)


def nap(case: dict, *, seed: int, device: str) -> dict:
    """A millisecond of waiting, or as much as the case says."""
    time.sleep(case["seconds"])
    return {"seed": seed, "curve": [0.1 * seed, 0.2 * seed, 0.3 * seed]}


def naps(seconds: float, n_units: int) -> Experiment:
    """So many units of this length."""
    return Experiment("naps", "Naps", "", {"full": [{"seconds": seconds}]}, {"full": n_units}, nap)


def silent(units: Any, *, total: int, title: str) -> Any:
    """No progress."""
    return units


@contextmanager
def started(workers: int) -> Iterator[ProcessPool]:
    """A pool whose processes run."""
    with ProcessPool(workers) as pool:
        start = time.perf_counter()
        for future in [pool.submit(time.sleep, 0.5) for _ in range(workers)]:
            future.result()
        print(f"  {workers} processes are there after {time.perf_counter() - start - 0.5:.1f} s")
        yield pool


def lottery(full: bool) -> None:
    """One worker against two, in turn: the half with small starts, then the other."""
    whole = find("icl-lottery")
    cases, seeds = whole.cases["full"], whole.seeds["full"]
    if not full:
        cases, seeds = [case | {"steps": case["steps"] // 5} for case in cases], 1
    wall, work, busy = {1: 0.0, 2: 0.0}, {1: 0.0, 2: 0.0}, {1: 0.0, 2: 0.0}
    print(f"\nicl-lottery, {len(cases) * seeds} units, load {os.getloadavg()[0]:.1f}")
    with started(1) as one, started(2) as two:
        for half in (cases[:4], cases[4:]):
            part = replace(whole, cases={"full": half}, seeds={"full": seeds})
            for pool in (one, two):
                start, before = time.perf_counter(), work_of_children()
                result = run(part, scale="full", executor=pool, progress=silent)
                busy[pool.workers] += result["provenance"]["wall_s"]
                wall[pool.workers] += time.perf_counter() - start
                work[pool.workers] += work_of_children() - before
    ratio = wall[1] / wall[2]
    for n in wall:
        share = busy[n] / n / wall[n]
        print(f"  {n} at work: {wall[n]:.1f} s, {work[n]:.1f} s of the processor, {share:.0%} busy")
    print(f"  {ratio:.2f} × as fast, load {os.getloadavg()[0]:.1f}  {verdict(ratio, at_least=1.7)}")


def work_of_children() -> float:
    """Seconds of the processor that the processes started from here have used."""
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in times)


def short_units(n_units: int = 1000) -> None:
    """What 1,000 units of a millisecond cost beyond the time that they took, shared by workers."""
    print(f"\n{n_units} units of a millisecond, load {os.getloadavg()[0]:.1f}")
    for name, opened in CONTENDERS.items():
        try:
            with opened() as executor, tempfile.TemporaryDirectory() as folder:
                run(naps(0.0, 8), scale="full", executor=executor, progress=silent)
                start = time.perf_counter()
                result = run(
                    naps(0.001, n_units),
                    scale="full",
                    executor=executor,
                    folder=folder,
                    progress=silent,
                )
                seconds = time.perf_counter() - start
        except ExperimentError as reason:
            print(f"  {name:30} {reason}")
            continue
        about = result["provenance"]
        beyond = seconds - about["wall_s"] / about["workers"]
        print(
            f"  {name:30} {seconds:.2f} s, overhead {beyond:.2f} s  {verdict(beyond, at_most=1.0)}"
        )


CONTENDERS: dict[str, Callable[[], AbstractContextManager]] = {
    "here": nullcontext,
    "two threads": lambda: ThreadPoolExecutor(2),
    "two processes": lambda: started(2),
    "two Dask workers": lambda: dask_executor("local", 2),
}


def very_many() -> None:
    """The parent's memory and the partial file's size, each number of units in a new process."""
    print("\nvery many units, two processes")
    peaks = {}
    for n_units in MANY:
        told = subprocess.check_output([sys.executable, __file__, "--many", str(n_units)])
        seconds, grown, size = map(float, told.split())
        peaks[n_units] = grown
        print(
            f"  {n_units:7d} units: {seconds:6.1f} s, memory + {grown:5.1f} MB, "
            f"partial file {size / 1e6:6.2f} MB ({size / n_units:.0f} bytes a unit)"
        )
    more = peaks[MANY[-1]] - peaks[MANY[0]]
    print(f"  99,000 units more: {more:.1f} MB more  {verdict(more, at_most=5.0)}")


def many(n_units: int) -> None:
    """Run so many; print seconds, the growth of this process in MB and the file's size."""
    plan = Plan.of(naps(0.0, n_units), scale="full", seeds=None, device="cpu")
    me, start, peak, before, size = psutil.Process(), time.perf_counter(), 0, 0, 0

    def watched(units: Any, *, total: int, title: str) -> Iterator[Any]:
        nonlocal peak, before, size
        for done, unit in enumerate(units, start=1):
            yield unit
            if done % 500 == 0:
                peak = max(peak, me.memory_info().rss)
                before = before or peak
        size = kept.path.stat().st_size

    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPool(2) as pool,
        Partial(plan, folder) as kept,
    ):
        record(kept, executor=pool, progress=watched)
        peak = max(peak, me.memory_info().rss)
    print(time.perf_counter() - start, (peak - before) / 1e6, size)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="all of the lottery's full scale")
    parser.add_argument("--many", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.many:
        many(options.many)
    else:
        short_units()
        very_many()
        lottery(options.full)


if __name__ == "__main__":
    main()
