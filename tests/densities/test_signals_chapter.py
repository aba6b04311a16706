"""The tables and numbers printed in the chapter on real signals are those of the recorded runs."""

from pathlib import Path

import pytest

from attnkit.densities import recorded
from attnkit.experiments import load

CHAPTER = Path(__file__).parents[2] / "book" / "densities" / "3_what_real_signals_ask.md"
WARPING, UWAVE = "densities-time-warping", "densities-uwave"
BASELINES = ("nearest neighbour", "logistic regression", "known clock")
HEADS = (1, 2, 4, 8, 16, 32)


def printed_rows(start: str) -> list[list[str]]:
    """Cells of the table whose head begins with `start`, without the head."""
    lines = CHAPTER.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {start} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip(" ") for cell in line.strip("|").split("|")])
    return rows


def name_of(row: recorded.Row) -> str:
    method = row.method.replace("cts", "continuous")
    return method if row.mean_of is None else f"{method}, {row.mean_of} mean"


def plus_minus(accuracy: float, spread: float, digits: int = 1) -> str:
    return f"{accuracy:.{digits}f}\u00a0±\u00a0{spread:.{digits}f}"


def signed(points: float) -> str:
    return f"{round(points, 1) + 0.0:.1f}".replace("-", "−")


def compared(experiment: str) -> list[list[str]]:
    rows = []
    for row in recorded.comparison(experiment):
        dead = "" if row.method in BASELINES else f"{row.dead:.0f}"
        paper = plus_minus(*row.paper, digits=2) if row.paper else ""
        rows.append([name_of(row), plus_minus(row.accuracy, row.spread), dead, paper])
    return rows


def counted() -> list[list[str]]:
    table: dict[str, dict[int, str]] = {}
    for row in recorded.by_heads():
        cell = plus_minus(row.accuracy, row.spread, digits=0)
        table.setdefault(name_of(row), {})[row.heads] = cell
    complete = {name: cells for name, cells in table.items() if set(cells) == set(HEADS)}
    return [[name, *(cells[heads] for heads in HEADS)] for name, cells in complete.items()]


def apart(first: str, second: str, mean_of: str, heads: int = 32) -> recorded.Difference:
    return recorded.paired_difference(
        recorded.accuracies(UWAVE, first, heads=heads),
        recorded.accuracies(UWAVE, second, mean_of=mean_of, heads=heads),
    )


def differences() -> list[list[str]]:
    rows = []
    for heads in (32, 4):
        for method in ("cts softmax", "cts sparsemax"):
            row = [f"over {method.replace('cts', 'continuous')}, {heads} heads"]
            for mean_of in ("unconstrained", "bounded"):
                gap = apart("kernel softmax", method, mean_of, heads)
                cell = f"{signed(gap.mean)} ({signed(gap.low)} to {signed(gap.high)})"
                row.append(cell.replace(" ", "\u00a0"))
            rows.append(row)
    return rows


TABLES = {
    "method": lambda: compared(WARPING),
    "attention": lambda: compared(UWAVE),
    "heads": counted,
    "lead of kernel softmax": differences,
}


@pytest.mark.parametrize("start", TABLES)
def test_every_table_is_the_recorded_result(start):
    assert printed_rows(start) == TABLES[start]()


def mean_of(method: str, heads: int, mean_of: str | None = None) -> float:
    return recorded.accuracies(UWAVE, method, mean_of=mean_of, heads=heads).mean()


def test_what_the_chapter_reads_from_the_tables():
    kernels = ("kernel softmax", "kernel sparsemax")
    bumps = ("cts softmax", "cts sparsemax")
    free = [mean_of(bump, 32, "unconstrained") for bump in (*bumps, "mixture")]
    assert min(mean_of(kernel, 32) for kernel in kernels) - max(free) > 25
    for bump in bumps:
        assert 25 < mean_of(bump, 32, "bounded") - mean_of(bump, 32, "unconstrained") < 40
        assert mean_of(bump, 32, "centred") < mean_of(bump, 32, "unconstrained") + 3
        for kernel in kernels:
            assert abs(mean_of(kernel, 4) - mean_of(bump, 16, "bounded")) < 3
    assert abs(mean_of("kernel softmax", 32) - mean_of("kernel sparsemax", 32)) < 2
    for heads in HEADS:
        lowest = min(mean_of(bump, heads, "bounded") for bump in bumps)
        assert mean_of("mixture", heads, "bounded") < lowest
    assert mean_of("discrete softmax", 4) > mean_of("kernel sparsemax", 4)


def test_what_the_chapter_says_of_the_simulation():
    found = {
        (row.method, row.mean_of): recorded.accuracies(
            WARPING, row.method, mean_of=row.mean_of, heads=row.heads
        )
        for row in recorded.comparison(WARPING)
    }
    known = found.pop(("known clock", None))
    assert all(accuracies.mean() > known.mean() for accuracies in found.values())
    assert min(found["kernel softmax", None].min(), found["kernel sparsemax", None].min()) > 88
    for method in ("cts softmax", "cts sparsemax"):
        assert (found[method, "bounded"] < 70).sum() == 1
        assert sorted(found[method, "bounded"])[1] > 86
        assert found[method, "unconstrained"].min() < 55
    units = load(WARPING)["units"]
    straight = [u["result"]["between_samples"] for u in units if "between_samples" in u["result"]]
    assert sum(straight) / len(straight) == pytest.approx(0.885, abs=5e-4)
