"""How many notebooks an hour are graded, here and by an older checkout, side by side.

    git worktree add ../older 0a71a60
    OMP_NUM_THREADS=1 python benchmarks/grading.py --older ../older --notebooks 300

The same notebooks, half of them solved, go to both by the command that a teacher uses, an equal
share in turn, so that whatever else the machine does meets both. Seconds of the wall clock. Without
`--older` this checkout alone is timed.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from attnkit.coursework import Student, find_set
from attnkit.coursework.handout.export import made

ROOT = Path(__file__).parents[1]
SHARES = 2  # how often the two take turns


def hand_in(folder: Path, name: str, places: range) -> None:
    """Write notebooks of a set, one a student; every other is solved."""
    folder.mkdir()
    for place in places:
        student = Student(f"student-{place}", salt="benchmark")
        to = "solution" if place % 2 else "student"
        (notebook,) = made(find_set(name), to, students=[student]).values()
        nbformat.write(notebook, folder / f"{student.id}.ipynb")


def seconds(checkout: Path, folder: Path, table: Path) -> float:
    """Grade a folder by a checkout's own command."""
    command = [sys.executable, "-m", "attnkit", "coursework", "grade", folder, "--csv", table]
    start = time.perf_counter()
    subprocess.run(
        list(map(str, command)),
        cwd=checkout,  # the module is looked for here first
        env=os.environ | {"PYTHONPATH": str(checkout)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def judged(table: Path) -> list[tuple[str, ...]]:
    """What a table says of each answer, whatever columns it has beside."""
    with table.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        return [tuple(row[name] for name in ("student", "task", "law", "pass")) for row in rows]


def main() -> None:
    """Print the throughput of each checkout, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--older", type=Path, metavar="CHECKOUT")
    parser.add_argument("--notebooks", type=int, default=30)
    parser.add_argument("--set", default="icl")
    options = parser.parse_args()
    checkouts = {"this": ROOT} | ({"older": options.older.resolve()} if options.older else {})
    spent = dict.fromkeys(checkouts, 0.0)
    with tempfile.TemporaryDirectory() as name:
        for share in range(SHARES):
            folder = Path(name, f"share-{share}")
            hand_in(folder, options.set, range(share, options.notebooks, SHARES))
            tables = {each: folder.with_name(f"{each}-{share}.csv") for each in checkouts}
            for each, checkout in checkouts.items():
                spent[each] += seconds(checkout, folder, tables[each])
            if len({tuple(judged(table)) for table in tables.values()}) > 1:
                sys.exit("the two checkouts judge differently")
    for each, total in spent.items():
        rate = 3600 * options.notebooks / total
        print(f"{each:6s} {options.notebooks:4d} notebooks in {total:7.1f} s, {rate:6.0f} an hour")
    if "older" in spent:
        print(f"this grades {spent['older'] / spent['this']:.2f} times as many in the same time")


if __name__ == "__main__":
    main()
