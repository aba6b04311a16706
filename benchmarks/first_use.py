"""Time of the first figure and the first check after `import attnkit`, beside an old checkout.

`python benchmarks/first_use.py --old CHECKOUT` (with its own `.venv`) prints seconds of processor
time, the least of some fresh interpreters in turn, and the ratio; without an old one, seconds only.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLOCK = (
    "import time, attnkit; start = time.process_time(); {use}; print(time.process_time() - start)"
)
USES = {
    "gallery()['finite-entmax']": (
        "from attnkit.explore import gallery; gallery()['finite-entmax']"
    ),
    "gallery()['icl-valley']": "from attnkit.explore import gallery; gallery()['icl-valley']",
    "gallery()['trap-gallery']": "from attnkit.explore import gallery; gallery()['trap-gallery']",
    "claims()['one-hot-gap']": "from attnkit.claims import claims; claims()['one-hot-gap']",
    "find('memory-recall')": "from attnkit.experiments import find; find('memory-recall')",
    "check('entmax-threshold', f)": (
        "from attnkit.coursework import check; check('entmax-threshold', lambda scores, alpha: 0)"
    ),
}


def seconds(checkout: Path, use: str) -> float:
    """Processor time of one use in a fresh interpreter, after `import attnkit`."""
    own = checkout / ".venv/bin/python"
    python = own if own.exists() else sys.executable
    command = [python, "-c", CLOCK.format(use=use)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Print a line for each use."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--old", type=Path, help="a checkout to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    checkouts = [ROOT, *([options.old] if options.old else [])]
    print(f"{'first use':32} {'new':>8} {'old':>8} {'ratio':>7}")
    for name, use in USES.items():
        turns = [[seconds(each, use) for each in checkouts] for _ in range(options.rounds)]
        new, *old = map(min, zip(*turns, strict=True))
        beside = f"{old[0]:8.3f} {new / old[0]:7.2f}" if old else ""
        print(f"{name:32} {new:8.3f} {beside}")


if __name__ == "__main__":
    main()
