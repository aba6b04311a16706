"""Units that a worker can import: honest ones, and those that fail in every way there is."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

from attnkit.experiments import Experiment, global_seed


class Unsendable(Exception):
    """Needs two arguments, holds what cannot be pickled, and cannot even be printed."""

    def __init__(self, message, handle):
        super().__init__(message)
        self.handle = lambda: handle

    def __str__(self):
        raise RuntimeError("no words")


def spectrum(case, *, seed, device):
    """Floats in which another order of summation, or another thread count, would show."""
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(case["width"], case["width"], generator=generator)
    product = matrix.numpy() @ matrix.numpy().T
    return {
        "spectrum": torch.linalg.svdvals(matrix),
        "sum": float(np.sum(product)),
        "threads": torch.get_num_threads(),
    }


def initial(case, *, seed, device):
    """First weights, drawn from torch's global generator while others draw too."""
    with global_seed(seed):
        first = torch.nn.Linear(3, 5)
        time.sleep(0.01)
        second = torch.nn.Linear(5, 7)
    return {"weights": torch.cat([first.weight.flatten(), second.weight.flatten()])}


def marked(case, *, seed, device):
    """Leave a mark of each call, and wait."""
    with open(Path(case["marks"]) / f"{seed}-{os.getpid()}-{time.time_ns()}", "x"):
        time.sleep(case.get("seconds", 0.0))
    return {"seed": seed}


def deadly(case, *, seed, device):
    """Seed 3 fails as the case says: each time, or the first time only."""
    marked(case, seed=seed, device=device)
    n_calls = len(list(Path(case["marks"]).glob(f"{seed}-*")))
    if seed == 3 and n_calls <= case["times"]:
        FAILURES[case["failure"]]()
    return {"seed": seed}


def _unsendable():
    raise Unsendable("half", 3)


def _out_of_memory():
    raise MemoryError("no room")


def _wrong():
    raise ZeroDivisionError("one by none")


FAILURES = {
    "exit": lambda: os._exit(5),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "leave": lambda: exit(7),
    "unsendable": _unsendable,
    "memory": _out_of_memory,
    "wrong": _wrong,
}


def experiment(run, *cases, seeds=8, name="elsewhere"):
    return Experiment(
        name=name,
        title="Units elsewhere",
        source="derived here",
        cases={"quick": list(cases)},
        seeds={"quick": seeds},
        run=run,
    )


SPECTRA = experiment(spectrum, {"width": 37}, {"width": 53}, seeds=3)
