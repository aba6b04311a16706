"""How long the checks of a whole problem set take: right answers, and answers that never end.

    OMP_NUM_THREADS=1 python benchmarks/coursework.py

Seconds of the wall clock. The right answers are the teacher's, so this needs a source checkout.
"""

import runpy
import time
from collections.abc import Callable
from pathlib import Path

from attnkit.coursework import ProblemSet, check, problem_sets
from attnkit.coursework.catalogue import placeholder_function

SOLUTIONS = Path(__file__).parents[1] / "teacher" / "solutions"
BUDGET_S = 60.0


def right(task) -> Callable:
    """The teacher's answer to a task."""
    module = runpy.run_path(str(SOLUTIONS / f"{task.name.replace('-', '_')}.py"))
    return module[placeholder_function(task.placeholder).__name__]


def asleep(task) -> Callable:
    """An answer that never returns."""

    def answer(*_):
        while True:
            time.sleep(0.01)

    return answer


def seconds(problems: ProblemSet, answer_to: Callable) -> tuple[float, int]:
    """Time of all checks, and how many passed."""
    start, passed = time.perf_counter(), 0
    for task in problems.tasks:
        report = check(task.name, answer_to(task) if task.laws else None)
        passed += report.passed
    return time.perf_counter() - start, passed


def main() -> None:
    """Print one line for each set."""
    print(f"{'set':18s} {'tasks':>6s} {'checked':>8s} {'passed':>7s} {'right':>8s} {'endless':>8s}")
    for name, problems in problem_sets().items():
        n_checked = sum(bool(task.laws) for task in problems.tasks)
        quick, passed = seconds(problems, right)
        slow, _ = seconds(problems, asleep)
        verdict = "within" if slow <= BUDGET_S else "OVER"
        sizes = f"{len(problems.tasks):6d} {n_checked:8d} {passed:7d}"
        print(f"{name:18s} {sizes} {quick:7.1f}s {slow:7.1f}s   {verdict} {BUDGET_S:.0f} s")


if __name__ == "__main__":
    main()
