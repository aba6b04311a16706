"""How long a room's experiments take: `quick` rerun here, `full` as it was recorded.

    python benchmarks/experiments.py                       # the rooms that moved in last
    python benchmarks/experiments.py memory icl            # others

Wanted for each room: quick under 30 seconds, full under 15 minutes, on two cores. The recorded
times are those of the machine that recorded them, whatever else it had to do.
"""

import argparse
import time
from collections.abc import Callable

from turns import verdict

from attnkit.experiments import experiments, load, run

ROOMS = ("normalisation", "concentration", "length")


def times(names: list[str], clock: Callable[[str], float], at_most: float, what: str) -> None:
    """Print seconds by experiment, and their sum beside the bound."""
    seconds = {name: clock(name) for name in names}
    for name, each in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {name:34s} {each:8.1f} s")
    total = sum(seconds.values())
    print(f"  {what + ', all':34s} {total:8.1f} s  {verdict(total, at_most=at_most)}")


def quick(name: str) -> float:
    """Seconds of one quick run, which nothing keeps."""
    start = time.perf_counter()
    run(name, scale="quick")
    return time.perf_counter() - start


def full(name: str) -> float:
    """Seconds that the recorded run took."""
    return load(name)["provenance"]["wall_s"]


def main() -> None:
    """Time the rooms asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", metavar="room")
    for room in parser.parse_args().rooms or ROOMS:
        names = [name for name in experiments() if name.startswith(room.replace("_", "-"))]
        print(f"\n{room}")
        times(names, quick, 30.0, "quick")
        times(names, full, 900.0, "full")


if __name__ == "__main__":
    main()
