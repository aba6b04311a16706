"""Kernels that ask too much, compiled where Triton compiles: a thread's registers, shared memory.

Run as a script, it prints what the assembler says of each.
"""

import dataclasses
import json
import signal

import triton
import triton.language as tl

from attnkit.gpu import Specialisation, compiled


@triton.jit
def doubled(tile):
    """Twice a tile."""
    return 2 * tile


@triton.jit
def turned(source, target, n: tl.constexpr):
    """Four tiles in a ring: each waits for the sums of all, so all of them are kept."""
    rows = tl.arange(0, n)
    at = rows[:, None] * n + rows
    a, b, c = tl.load(source + at), tl.load(source + n + at), tl.load(source + 2 * n + at)
    for _ in range(3):
        a, b, c = doubled(a) + tl.sum(b), b * tl.sum(c), c - tl.sum(a)
    tl.store(target + at, a + b + c)


@triton.jit
def multiplied(source, target, n: tl.constexpr, k: tl.constexpr):
    """A product whose operands wait in shared memory."""
    rows, columns = tl.arange(0, n), tl.arange(0, k)
    left = tl.load(source + rows[:, None] * k + columns)
    right = tl.load(source + columns[:, None] * n + rows)
    tl.store(target + rows[:, None] * n + rows, tl.dot(left, right))


FLOATS = {"source": "*fp32", "target": "*fp32"}
HALVES = {"source": "*fp16", "target": "*fp32"}
SPECIALISATIONS = (
    Specialisation("slim", turned, FLOATS, {"n": 16}),
    Specialisation("crowded", turned, FLOATS, {"n": 128}),
    Specialisation("wide", multiplied, HALVES, {"n": 64, "k": 1024}, n_warps=8),
)


def ignored(_name: str, number: int) -> bool:
    """Whether this process ignores a signal."""
    return signal.getsignal(number) == signal.SIG_IGN


if __name__ == "__main__":
    told = [compiled(each, 80) for each in SPECIALISATIONS]
    print(json.dumps([dataclasses.asdict(each) | {"fits": each.fits} for each in told]))
