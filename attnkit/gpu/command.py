"""The command `attnkit kernels`."""

import argparse
import os
from pathlib import Path
from typing import Any

from attnkit.gpu.compiled import ARCHITECTURES

__all__ = ["add_commands"]

_ROW = "{:44s} {:>6s} {:>9s} {:>7s} {:>9s} {:>8s}"


def add_commands(actions: Any) -> None:
    """Add `kernels` to the command line."""
    kernels = actions.add_parser(
        "kernels",
        help="compile every kernel without a GPU: registers, spills, shared memory",
        description="Compile kernels without a GPU, on all cores: seconds to a minute for each and "
        "architecture, many minutes for all. Registers are a thread's, spilled and shared bytes. "
        "An interrupt waits for what is being compiled; --record goes on from what is kept.",
    )
    kernels.add_argument(
        "names", nargs="*", metavar="NAME", help="these kernels or functions' (by default all)"
    )
    kernels.add_argument(
        "--architecture",
        type=int,
        nargs="+",
        choices=ARCHITECTURES,
        default=list(ARCHITECTURES),
        help="compute capability times ten (by default every one)",
    )
    kernels.add_argument(
        "--record", metavar="FILE", help="keep the table there; what is still true is not compiled"
    )
    kernels.set_defaults(action=_kernels, mistakes=(ModuleNotFoundError, ValueError))


def _kernels(options: argparse.Namespace) -> int:
    from attnkit.gpu.ahead import assembled, chosen, specialisations
    from attnkit.gpu.table import still_true, written

    if os.environ.get("TRITON_INTERPRET") == "1":
        raise ValueError("TRITON_INTERPRET=1 leaves nothing to compile: unset it")
    _require_place(options.record)
    found = specialisations()
    asked = [name for wanted in options.names for name in chosen(wanted, found)]
    wanted = dict.fromkeys((n, a) for n in asked or sorted(found) for a in options.architecture)
    kept = still_true(options.record) if options.record else []
    known = {(kernel.name, kernel.architecture): kernel for kernel in kept}
    print(_ROW.format("kernel", "sm", "registers", "spilled", "shared", "seconds"))
    there = [known[pair] for pair in wanted if pair in known]
    for kernel in there:
        _tell(kernel, "known")
    done = []
    for each in assembled(pair for pair in wanted if pair not in known):
        _tell(each.kernel, f"{each.seconds:.1f}")
        done.append(each.kernel)
        if options.record:
            written(options.record, [*kept, *done])
    if options.record:
        written(options.record, [*kept, *done])
    return _conclusion(done, there)


def _require_place(record: str | None) -> None:
    """ValueError unless a file can be written there: said before minutes of compiling."""
    if record is None:
        return
    path = Path(record)
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"--record must be a file in a folder that is there, got {path}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"--record must be a file that can be written, got {path}")


def _tell(kernel: Any, seconds: str) -> None:
    numbers = (kernel.registers, kernel.spilled_bytes, kernel.shared_bytes)
    row = (kernel.name, kernel.architecture, *numbers, seconds)
    print(_ROW.format(*map(str, row)), "" if kernel.fits else "DOES NOT FIT", flush=True)


def _conclusion(done: list, kept: list) -> int:
    refused = [each for each in (*kept, *done) if not each.fits]
    print(f"{len(done)} compiled, {len(kept)} known, {len(refused)} refused")
    for each in refused:
        limit = ARCHITECTURES[each.architecture]
        print(
            f"  {each.name}, sm_{each.architecture}: {each.spilled_bytes} bytes of a thread are "
            f"spilled; {each.shared_bytes} of {limit} bytes of shared memory"
        )
    return int(bool(refused))
