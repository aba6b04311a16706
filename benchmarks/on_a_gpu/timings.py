"""Times and peak memory of a function beside its peers', and the goals that they are held to."""

import time
from collections.abc import Callable, Iterator

import torch

from benchmarks.on_a_gpu.contenders import Contest, Sizes
from benchmarks.on_a_gpu.devices import Device

__all__ = ["goals_of_densities", "goals_of_times", "timed"]

MODES = ("forward", "forward and backward")
N_ROUNDS = 7
OURS = "attnkit"


def timed(
    contest: Contest,
    peers: dict[str, Callable],
    sizes: Sizes,
    device: Device,
    *,
    until: float,
    path: Callable,
) -> Iterator[dict]:
    """For each mode, the median seconds and the peak bytes of ours and of every peer.

    `path` makes the block in which ours runs: `trying`, or one that changes nothing.
    """
    inputs = contest.inputs(sizes)
    calls = {OURS: (contest.ours, inputs)}
    calls |= {name: contest.calls[name](peer, inputs) for name, peer in peers.items()}
    for mode in MODES:
        if time.monotonic() > until:
            return
        runs = {name: _run(mode, *each) for name, each in calls.items()}
        with path():
            ready, failed = _warmed(runs)
            took = device.interleaved(ready, rounds=N_ROUNDS, until=until)
            peak = {name: device.peak_bytes(run) for name, run in ready.items()}
        ratios = {name: took[name] / took[OURS] for name in took if OURS in took and name != OURS}
        yield {
            "name": contest.name,
            "mode": mode,
            "n_tokens": sizes.n_tokens,
            "seconds": took,
            "peak_bytes": peak,
            "times_as_fast": ratios,
            "failed": failed,
        }


def _run(mode: str, function: Callable, inputs: list[torch.Tensor]) -> Callable[[], object]:
    if mode == "forward":
        return torch.no_grad()(lambda: function(*inputs))
    leaves = [t.detach().clone().requires_grad_() for t in inputs]

    def run() -> object:
        output = function(*leaves)
        return torch.autograd.grad(output, leaves, torch.ones_like(output))

    return run


def _warmed(runs: dict[str, Callable]) -> tuple[dict[str, Callable], dict[str, str]]:
    """Each run twice, to compile and tune; those that fail are told, not timed."""
    ready, failed = {}, {}
    for name, run in runs.items():
        try:
            run()
            run()
        except Exception as error:  # Triton's own are no RuntimeErrors
            failed[name] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        else:
            ready[name] = run
    return ready, failed


def _goal(goal: str, wanted: float, found: list[float]) -> dict:
    least = min(found, default=None)
    reached = None if least is None else least >= wanted
    return {"goal": goal, "at_least": wanted, "found": least, "reached": reached}


def _ratios(rows: list[dict], name: str, peer: str) -> list[float]:
    chosen = [row for row in rows if row["name"].startswith(name)]
    return [row["times_as_fast"][peer] for row in chosen if peer in row["times_as_fast"]]


def goals_of_times(rows: list[dict]) -> list[dict]:
    """The least ratio of all lengths and modes, against each wanted bound; None: not measured."""
    at_8192 = [row for row in rows if row["n_tokens"] == 8192]
    entmax = "entmax_attention"
    return [
        _goal("linear attention, of fla's speed", 1.0, _ratios(rows, "linear", "fla")),
        _goal("delta rule, of fla's speed", 1.0, _ratios(rows, "delta", "fla")),
        _goal("entmax, of adasplash's speed", 1.0, _ratios(rows, entmax, "adasplash")),
        _goal(
            "causal entmax, of adasplash's speed",
            1.0,
            _ratios(rows, f"causal_{entmax}", "adasplash"),
        ),
        _goal(
            "entmax-1.5 at 8,192, of SDPA's speed",
            0.5,
            _ratios(at_8192, f"{entmax}, alpha 1.5", "SDPA"),
        ),
        _goal("entmax, 4 / growth of memory when the length doubles", 1.6, _growths(rows, entmax)),
    ]


def _growths(rows: list[dict], name: str) -> list[float]:
    """4 over the growth of the peak when the length doubles: 2 if it is linear, 1 if quadratic."""
    chosen = [row for row in rows if row["name"].startswith(name)]
    peak = {(r["name"], r["mode"], r["n_tokens"]): r["peak_bytes"].get(OURS) for r in chosen}
    doubled = [(n, peak.get((*what, 2 * length))) for (*what, length), n in peak.items()]
    return [4 * short / long for short, long in doubled if short and long]


def goals_of_densities(rows: list[dict]) -> list[dict]:
    """The least ratio of a core's time to the device's."""
    return [_goal("kernel densities, of one core's speed", 20.0, [row["ratio"] for row in rows])]
