"""Every map from scores to weights that has a card, forward and backward, beside torch.softmax.

    python benchmarks/normalisers.py                    # of the rooms that normalise
    python benchmarks/normalisers.py length --eager     # one room, uncompiled only
    OMP_NUM_THREADS=1 python benchmarks/normalisers.py --batch 8    # where time is short

Scores are (64, 8, 256, 256), float32, N(0, 2^2). Each map takes turns with torch.softmax in the
same run, eager beside eager and compiled beside compiled; only ratios count. Wanted: at most 2
times softmax compiled, 5 times eager; a map that scales entmax's scores at most 1.2 times entmax,
and one that scales softmax's at most 1.2 times softmax. Compiling needs a C++ compiler.
"""

import argparse
import functools
import sys
import time
from pathlib import Path

import torch
from turns import best_times, forward_backward, table, verdict

sys.path.insert(0, str(Path(__file__).parents[1]))

from attnkit.cards import ScoreMap, cards, mechanisms
from attnkit.densities import entmax, softmax

ROOMS = ("normalisation", "concentration", "length")
SCALED = {
    "scalable softmax": softmax,
    "adaptive-scalable entmax": functools.partial(entmax, alpha=1.5),
}
AT_MOST = {"eager": 5.0, "compiled": 2.0}


def maps(room: str) -> dict[str, ScoreMap]:
    """The maps of a room's cards, by name."""
    here = [each for card in cards() if card.room == room for each in mechanisms(card)]
    return {each.name: each for each in here if isinstance(each, ScoreMap)}


def bare(mechanism: ScoreMap):
    """Its function of scores alone, with the settings of its card."""
    return functools.partial(mechanism.function, **mechanism.settings)


def compiled(function):
    """The function as torch.compile makes it, without what was compiled before."""
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True)


def against_softmax(
    scores: torch.Tensor, named: dict[str, ScoreMap], rounds: int, way: str
) -> None:
    """Each map of a room in turn with torch.softmax, eager or compiled."""
    made = compiled if way == "compiled" else lambda function: function
    base = "torch.softmax"
    for name, mechanism in named.items():
        runs = {base: functools.partial(torch.softmax, dim=-1), name: bare(mechanism)}
        runs = {each: forward_backward(made(run), [scores]) for each, run in runs.items()}
        best = best_times(runs, rounds=rounds, clock=time.perf_counter)
        print(f"  {name:34s} {best[name] / best[base]:6.2f} x  ", end="")
        print(verdict(best[name] / best[base], at_most=AT_MOST[way]), flush=True)


def against_unscaled(scores: torch.Tensor, named: dict[str, ScoreMap], rounds: int) -> None:
    """The scaled maps beside the maps whose scores they scale."""
    for name, plain in SCALED.items():
        if name in named:
            runs = {name: bare(named[name]), "unscaled": plain}
            runs = {each: forward_backward(run, [scores]) for each, run in runs.items()}
            times = best_times(runs, rounds=rounds, clock=time.perf_counter)
            table(f"{name}, eager", times, "unscaled", at_most={name: 1.2})


def main() -> None:
    """Time the rooms asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", metavar="room", help=f"some of {ROOMS}")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--eager", action="store_true", help="do not compile")
    asked = parser.parse_args()
    generator = torch.Generator().manual_seed(0)
    scores = 2 * torch.randn(asked.batch, 8, 256, 256, generator=generator)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {tuple(scores.shape)}")
    for room in asked.rooms or ROOMS:
        for way in ("eager",) if asked.eager else ("eager", "compiled"):
            print(f"\n{room}, forward and backward, {way}, multiples of torch.softmax")
            against_softmax(scores, maps(room), asked.rounds, way)
        against_unscaled(scores, maps(room), asked.rounds)


if __name__ == "__main__":
    main()
