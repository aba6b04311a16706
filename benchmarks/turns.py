"""The clock and the table of every timing: contenders in turn, the best round of each, ratios.

Every round runs every contender, once to warm up and once against the clock, so that a slow spell
of the machine hits all and each finds its own data in the cache. The best round counts. Seconds of
the processor are those of one thread, so that neighbours take away cache but not time.
"""

import importlib
import math
import time
import warnings
from collections.abc import Callable, Mapping

import torch

__all__ = [
    "best_times",
    "device_clock",
    "forward",
    "forward_backward",
    "installed",
    "table",
    "verdict",
]

Run = Callable[[], object]


def best_times(
    contenders: Mapping[str, Run],
    *,
    rounds: int = 7,
    clock: Callable[[], float] = time.thread_time,
) -> dict[str, float]:
    """Seconds of the best round for each contender."""
    best = dict.fromkeys(contenders, math.inf)
    for _ in range(rounds):
        for name, run in contenders.items():
            run()
            start = clock()
            run()
            best[name] = min(best[name], clock() - start)
    return best


def device_clock() -> float:
    """Wall seconds once a CUDA device has done its work."""
    torch.cuda.synchronize()
    return time.perf_counter()


def forward(function: Callable, inputs) -> Run:
    """A run of `function` without gradients."""
    return torch.no_grad()(lambda: function(*inputs))


def forward_backward(function: Callable, inputs) -> Run:
    """A run of `function` and of the gradients of all its inputs."""
    leaves = [t.detach().clone().requires_grad_() for t in inputs]

    def run() -> None:
        output = function(*leaves)
        output = output[0] if isinstance(output, tuple) else output
        torch.autograd.grad(output, leaves, torch.ones_like(output))

    return run


def installed(wanted: Mapping[str, str]) -> dict[str, Callable]:
    """The peers, "module:name" each, that can be imported; a line says which cannot."""
    found = {}
    for peer, place in wanted.items():
        module, _, name = place.partition(":")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[peer] = getattr(importlib.import_module(module), name)
        except (ImportError, RuntimeError, AttributeError) as reason:
            print(f"not installed, so not compared: {peer} ({reason})")
    return found


def verdict(value: float, *, at_least: float | None = None, at_most: float | None = None) -> str:
    """Whether a wanted bound is reached, in words; nothing where none is wanted."""
    if at_least is not None:
        return f"wanted ≥ {at_least:g}: {'reached' if value >= at_least else 'MISSED'}"
    if at_most is not None:
        return f"wanted ≤ {at_most:g}: {'reached' if value <= at_most else 'MISSED'}"
    return ""


def table(title: str, times: Mapping[str, float], unit: str, **wanted: Mapping[str, float]) -> None:
    """Print times, fastest first, as multiples of the contender `unit`.

    `at_least` and `at_most` give the wanted bound of some multiples by the contender's name.
    """
    print(f"\n{title}")
    for name, seconds in sorted(times.items(), key=lambda item: item[1]):
        ratio = seconds / times[unit]
        bounds = {kind: limits[name] for kind, limits in wanted.items() if name in limits}
        line = f"  {name:34s} {seconds * 1e3:9.1f} ms  {ratio:7.2f} × {unit}"
        print(f"{line}  {verdict(ratio, **bounds)}".rstrip(), flush=True)
