"""Entmax attention by blocks against the matrix of all weights: time and peak memory on the CPU.

    OMP_NUM_THREADS=1 python benchmarks/entmax_attention.py [--length 2048]

Contenders take turns in one run: `attnkit.densities.attention` (the dense form), and attention with
the weights of the entmax package. Peak memory is that of the process beyond its inputs (Linux).
"""

import argparse
import ctypes
import math
import re
import sys
from pathlib import Path

import entmax as peer
import torch
from turns import best_times, forward, forward_backward

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.densities import attention
from attnkit.densities.ada_splash import causal_entmax_attention, entmax_attention

ROW = "{:<34}{:>12}{:>10}{:>14}{:>10}"


def by_package(queries, keys, values):
    scores = queries @ keys.mT / math.sqrt(queries.shape[-1])
    return peer.entmax15(scores, -1) @ values


CONTENDERS = {
    "attnkit, by blocks": entmax_attention,
    "attnkit, by blocks, causal": causal_entmax_attention,
    "attnkit, dense": lambda *inputs: attention(*inputs, alpha=1.5),
    "entmax15 of the entmax package": by_package,
}


def memory_status(field):
    return 1024 * int(re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def peak(run):
    """Bytes of the process beyond what it held before."""
    run()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    before = memory_status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    run()
    return memory_status("VmHWM") - before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    generator = torch.Generator().manual_seed(0)
    shape = (2, options.length, 64)
    inputs = [torch.randn(shape, generator=generator, requires_grad=True) for _ in range(3)]
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {shape} float32")
    print(ROW.format("", "forward", "MB", "and backward", "MB"))
    ways = [{name: wrap(f, inputs) for name, f in CONTENDERS.items()}
            for wrap in (forward, forward_backward)]  # fmt: skip
    memory = [{name: peak(run) for name, run in way.items()} for way in ways]
    times = [best_times(way, rounds=options.rounds) for way in ways]
    for name in CONTENDERS:
        cells = []
        for seconds, held in zip(times, memory, strict=True):
            cells += [f"{1e3 * seconds[name]:.0f} ms", f"{held[name] / 1e6:.0f}"]
        print(ROW.format(name, *cells))


if __name__ == "__main__":
    main()
