"""Time causal linear attention against an older checkout: one thread, one interleaved run.

    git worktree add /tmp/old 2ae9bac
    OMP_NUM_THREADS=1 python benchmarks/linear_attention_side_by_side.py --old /tmp/old

Each version lives in a process of its own, which times one run when asked; the two are asked in
turn, never at once. The limit is the least arithmetic (4TD² forward, 14TD² with the gradients) at
the rate of a large matrix product. "Products alone" are those of the forward pass on one chunk
again and again, so always in the cache, with no token read and no output written: the best that
torch leaves to be reached.
"""

import argparse
import importlib
import math
import os
import subprocess
import sys
from pathlib import Path

import torch
from turns import best_times, forward, forward_backward, verdict

N_BATCH, N_HEADS, D = 4, 4, 64
MODES = {"forward": (forward, 4), "forward_backward": (forward_backward, 14)}
HERE = Path(__file__).resolve().parent


def runs(n_tokens, dtype):
    """What a worker can be asked for: each mode of linear attention, and a large product."""
    function = importlib.import_module("attnkit.memory").linear_attention
    generator = torch.Generator().manual_seed(0)
    shape = (N_BATCH, N_HEADS, n_tokens, D)
    q, k, v = (torch.randn(shape, generator=generator).to(dtype) for _ in range(3))
    inputs = (q, torch.nn.functional.normalize(k, dim=-1), v)
    a = torch.randn(2048, 2048, generator=generator)
    modes = {name: mode(function, inputs) for name, (mode, _) in MODES.items()}
    return modes | {"product": lambda: a @ a, "products alone": lambda: products_alone(inputs)}


@torch.no_grad()
def products_alone(inputs, size=32):
    """The four products of each chunk of the forward pass, on the first chunk every time."""
    q, k, v = (t[..., :size, :].flatten(0, 1).contiguous() for t in inputs)
    state, out = q.new_zeros(len(q), D, D), torch.empty_like(v)
    scores = q.new_empty(len(q), size, size)
    for _ in range(inputs[0].shape[-2] // size):
        torch.bmm(q, k.mT, out=scores)
        torch.bmm(q, state, out=out).baddbmm_(scores, v)
        torch.baddbmm(state, k.mT, v, beta=0, out=state)


def work(n_tokens, dtype):
    """Answer each name on the input with the seconds of one run of it."""
    torch.set_num_threads(1)
    every = runs(n_tokens, getattr(torch, dtype))
    print(importlib.import_module("attnkit").__file__, flush=True)
    for line in sys.stdin:
        name = line.strip()
        print(best_times({name: every[name]}, rounds=1)[name], flush=True)


class Worker:
    """One version of the library in a process."""

    def __init__(self, checkout, *options):
        command = [sys.executable, __file__, "--work", *options]
        paths = os.pathsep.join((str(checkout), str(HERE)))
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        )
        found = Path(self.process.stdout.readline().strip()).resolve()
        if not found.is_relative_to(Path(checkout).resolve()):
            raise RuntimeError(f"--old must be a checkout with attnkit/, but {found} was imported")

    def seconds(self, name):
        """Seconds of one run."""
        print(name, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def compare(old, new, rounds, n_tokens):
    """Print the best of each, their ratio, and the shares of the limit."""
    best = {}
    for _ in range(rounds):
        for name in (*MODES, "product", "products alone"):
            for worker in (old, new):
                seconds = worker.seconds(name)
                best[worker, name] = min(best.get((worker, name), math.inf), seconds)
    rate = 2 * 2048**3 / min(best[worker, "product"] for worker in (old, new))
    print(f"matrix product 2048: {rate / 1e9:.0f} GFLOP/s in float32")
    alone = min(best[worker, "products alone"] for worker in (old, new))
    least = 4 * N_BATCH * N_HEADS * n_tokens * D**2 / rate
    print(f"{'products alone':17s} {alone * 1e3:7.1f} ms, share of the limit {least / alone:.2f}")
    for name, (_, squares) in MODES.items():
        before, now = best[old, name], best[new, name]
        least = squares * N_BATCH * N_HEADS * n_tokens * D**2 / rate
        ratio = f"{before / now:.2f} ×  {verdict(before / now, at_least=1.3)}"
        share = f"share of the limit {least / before:.2f} → {least / now:.2f}"
        print(f"{name:17s} {before * 1e3:7.1f} → {now * 1e3:7.1f} ms, {ratio}")
        print(f"{'':17s} {share}  {verdict(least / now, at_least=0.55)}")


def main():
    """Compare, or answer as one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--old", type=Path, help="a checkout of the older version")
    parser.add_argument("--new", type=Path, default=HERE.parent)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.tokens, asked.dtype)
        return
    print(f"torch {torch.__version__}, one thread, B = H = 4, D = 64, T = {asked.tokens}")
    options = ("--tokens", str(asked.tokens), "--dtype", asked.dtype)
    old, new = Worker(asked.old, *options), Worker(asked.new, *options)
    compare(old, new, asked.rounds, asked.tokens)


if __name__ == "__main__":
    main()
