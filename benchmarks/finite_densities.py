"""Finite densities against torch.softmax and the entmax package: time, memory, where time goes.

    python benchmarks/finite_densities.py                      # wall clock, all threads
    OMP_NUM_THREADS=1 python benchmarks/finite_densities.py --cpu-time   # on a shared machine

Scores are (64, 8, 256, 256), float32, N(0, 2^2). Every function takes turns with torch.softmax
in the same run, and only ratios of best times are compared. Compiling needs a C++ compiler.
"""

import argparse
import ctypes
import re
import sys
import time
from pathlib import Path

import entmax as peer
import torch
from turns import best_times, verdict

sys.path.insert(0, str(Path(__file__).parents[1]))

import attnkit
from attnkit.densities.finite import newton

SHAPE = (64, 8, 256, 256)
ROW = "{:<44}{:>9}{:>12}   {}"


def softmax(scores):
    return torch.softmax(scores, -1)


def ours(alpha):
    return lambda scores: attnkit.entmax(scores, alpha)


def compiled(function):
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True)


def with_backward(function, cotangent):
    def run(scores):
        leaf = scores.requires_grad_()
        leaf.grad = None
        function(leaf).backward(cotangent)

    return run


class Clock:
    """Best times of a function and of torch.softmax, taken in turns."""

    def __init__(self, scores, now, rounds):
        self.scores, self.now, self.rounds = scores, now, rounds

    def against(self, function, baseline=softmax, rounds=None):
        """(seconds, seconds / seconds of the baseline)."""
        runs = {"base": lambda: baseline(self.scores), "own": lambda: function(self.scores)}
        times = best_times(runs, rounds=rounds or self.rounds, clock=self.now)
        return times["own"], times["own"] / times["base"]


def report(name, seconds, ratio, limit=None):
    """One line; the limit is on the ratio, and a negative one asks for at least as much."""
    wanted = {} if limit is None else {"at_most": limit} if limit > 0 else {"at_least": -limit}
    print(ROW.format(name, f"{1e3 * seconds:.0f} ms", f"{ratio:.2f} x", verdict(ratio, **wanted)))


def forward(clock):
    """Forward times, as multiples of torch.softmax; returns our eager seconds by alpha."""
    print("\nforward, multiples of torch.softmax (eager)")
    report("torch.softmax", *clock.against(softmax))
    eager = {}
    for alpha in (1.0, 1.5, 2.0, 4 / 3, 1.7):
        eager[alpha], ratio = clock.against(ours(alpha))
        report(f"alpha {alpha:.4g}, eager", eager[alpha], ratio, {1.5: 5, 2.0: 5}.get(alpha))
    for alpha in (1.5, 2.0, 4 / 3, 1.01, 1.1, 1.25, 1.7, 1.9, 1.99):
        limit = 2 if alpha in (1.5, 2.0) else 12
        report(f"alpha {alpha:.4g}, compiled", *clock.against(compiled(ours(alpha))), limit)
    return eager


def peers(clock, eager):
    print("\nforward, how many times as long as attnkit in eager mode (entmax package 1.3)")
    cases = {
        "entmax15, exact sort": (lambda z: peer.entmax15(z, -1), 1.5, -5),
        "sparsemax, exact sort": (lambda z: peer.sparsemax(z, -1), 2.0, -5),
        "entmax_bisect, alpha 1.5": (lambda z: peer.entmax_bisect(z, 1.5, -1), 1.5, -20),
        "entmax_bisect, alpha 1.7": (lambda z: peer.entmax_bisect(z, 1.7, -1), 1.7, -20),
    }
    for name, (function, alpha, limit) in cases.items():
        seconds = clock.against(function, rounds=2)[0]
        report(name, seconds, seconds / eager[alpha], limit)
    for name in ("entmax_bisect, alpha 1.7",):
        function, alpha, limit = cases[name]
        own = clock.against(compiled(ours(alpha)))[0]
        seconds = clock.against(function, rounds=2)[0]
        report(f"{name} (to compiled)", seconds, seconds / own, limit)


def forward_and_backward(clock):
    print("\nforward and backward, multiples of torch.softmax's")
    cotangent = torch.randn(SHAPE, generator=torch.Generator().manual_seed(1))
    baseline = with_backward(softmax, cotangent)
    for alpha in (1.5, 2.0, 1.7):
        for kind, function in (("compiled", compiled(ours(alpha))), ("eager", ours(alpha))):
            limit = 3 if kind == "compiled" and alpha in (1.5, 2.0) else None
            timed = clock.against(with_backward(function, cotangent), baseline)
            report(f"alpha {alpha:.4g}, {kind}", *timed, limit)
    clock.scores.requires_grad_(False).grad = None


def memory_status(field):
    return 1024 * int(re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def memory(scores):
    """Peak resident memory beyond input and output, in inputs (Linux)."""
    print("\npeak memory beyond the output, in sizes of the input")
    size = scores.nbytes
    cases = {f"alpha {a:.4g}, eager": ours(a) for a in (1.5, 1.7)}
    cases |= {f"alpha {a:.4g}, compiled": compiled(ours(a)) for a in (1.5, 2.0, 1.7)}
    cases["alpha 1.5 over dim 1, eager"] = lambda z: attnkit.entmax(z, 1.5, 1)
    cases["alpha 3, eager"] = ours(3.0)
    for name, function in cases.items():
        function(scores)
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        before = memory_status("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        function(scores)
        share = (memory_status("VmHWM") - before) / size - 1
        print(ROW.format(name, "", f"{share:.2f}", verdict(share, at_most=3)), flush=True)


def where_time_goes(clock):
    """Newton steps and what each costs, from runs that stop after the first step."""
    print("\nwhere the time goes, in multiples of torch.softmax")
    bound = newton.newton_bound
    for alpha in (1.5, 2.0, 1.7):
        for kind, wrap in (("eager", lambda f: f), ("compiled", compiled)):
            whole = clock.against(wrap(ours(alpha)))[1]
            newton.newton_bound = lambda *_: 1
            start = clock.against(wrap(ours(alpha)))[1]
            newton.newton_bound = bound
            most = bound(SHAPE[-1] ** (alpha - 1), torch.float32)
            steps = f"up to {most} steps, early exit" if kind == "eager" else f"{most} steps"
            line = f"{start:.2f} reading, first step, writing; {whole - start:.2f} further steps"
            print(f"alpha {alpha:<5g}{kind:<10}{whole:.2f} = {line} ({steps})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cpu-time", action="store_true", help="processor time, not wall clock")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    scores = torch.randn(SHAPE, generator=torch.Generator().manual_seed(0)).mul_(2)
    now = time.process_time if options.cpu_time else time.perf_counter
    clock = Clock(scores, now, options.rounds)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {SHAPE} float32")
    memory(scores)
    eager = forward(clock)
    forward_and_backward(clock)
    where_time_goes(clock)
    peers(clock, eager)


if __name__ == "__main__":
    main()
