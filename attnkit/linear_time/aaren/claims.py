"""What is claimed of Aaren: scans, passes, shards, and what one query cannot stand for."""

import math

import torch

from attnkit.claims import claim
from attnkit.linear_time.aaren.aaren import aaren_attention
from attnkit.linear_time.aaren.counted import Counted
from attnkit.linear_time.aaren.passes import (
    read_in_one_pass,
    read_in_three_passes,
    read_in_two_passes,
)
from attnkit.linear_time.aaren.recorded import real_queries, toy_errors
from attnkit.linear_time.aaren.shards import merge_shards, shard_read, shard_state
from attnkit.linear_time.aaren.theory import PLANS

__all__ = ["any_bracketing", "any_cut", "one_query", "passes", "rounds_and_merges", "toy"]


@claim("any-bracketing", source="Feng et al. 2024; tested here", computes=aaren_attention)
def any_bracketing() -> dict[str, float]:
    """Largest difference over three random bracketings of 32 triples from softmax, by spread."""
    return {f"spread {spread:g}": bracketed(spread, seed=0) for spread in (1.0, 400.0)}


def bracketed(spread: float, *, seed: int) -> float:
    """The largest difference of a read, for scores of a spread."""
    generator = torch.Generator().manual_seed(seed)
    scores = spread * torch.randn(32, generator=generator, dtype=torch.float64)
    values = torch.randn(32, 5, generator=generator, dtype=torch.float64)
    wanted, worst = scores.softmax(0) @ values, 0.0
    for _ in range(3):
        states = [shard_state(scores[i : i + 1], values[i : i + 1]) for i in range(32)]
        while len(states) > 1:
            at = int(torch.randint(len(states) - 1, (), generator=generator))
            states[at : at + 2] = [merge_shards(states[at], states[at + 1])]
        worst = max(worst, float((shard_read(states[0]) - wanted).abs().max()))
    return worst


@claim(
    "rounds-and-merges", source="Hillis and Steele 1986; Blelloch 1990", computes=aaren_attention
)
def rounds_and_merges() -> dict[str, float]:
    """Rounds and merges of each plan for 1,024 tokens."""
    found = {}
    for name, plan in PLANS.items():
        rounds = plan(1024)
        found[f"{name}, rounds"] = len(rounds)
        found[f"{name}, merges"] = sum(map(len, rounds))
    return found


@claim("three-two-one", source="Nayak et al. 2024; counted here", computes=read_in_one_pass)
def passes() -> dict[str, float]:
    """How often each score is read, for a row of 64 keys in blocks of 8."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(64, generator=generator, dtype=torch.float64)
    values = torch.randn(64, 5, generator=generator, dtype=torch.float64)
    ways = {"three": read_in_three_passes, "two": read_in_two_passes, "one": read_in_one_pass}
    found = {}
    for name, way in ways.items():
        counted = Counted(scores)
        way(counted, Counted(values), 8)
        found[name] = float(counted.reads.max())
    return found


@claim("any-cut-reads-the-same", source="Derived here", computes=merge_shards)
def any_cut() -> dict[str, float]:
    """Errors of merged shards and of the mean of their reads, over 2 to 16 shards."""
    generator = torch.Generator().manual_seed(0)
    scores = 2 * torch.randn(97, generator=generator, dtype=torch.float64)
    values = torch.randn(97, 5, generator=generator, dtype=torch.float64)
    wanted, merged, mean = scores.softmax(0) @ values, 0.0, math.inf
    for n_shards in range(2, 17):
        pairs = zip(scores.tensor_split(n_shards), values.tensor_split(n_shards), strict=True)
        shards = [shard_state(s, v) for s, v in pairs]
        whole = shards[0]
        for shard in shards[1:]:
            whole = merge_shards(whole, shard)
        merged = max(merged, float((shard_read(whole) - wanted).abs().max()))
        apart = torch.stack([shard_read(shard) for shard in shards]).mean(0) - wanted
        mean = min(mean, float(apart.abs().max()))
    return {"merged, largest": merged, "mean of reads, smallest": mean}


@claim(
    "one-query-loses-the-information",
    source="Derived here; measured on one six-layer encoder",
    computes=aaren_attention,
)
def one_query() -> dict[str, float]:
    """Recorded: KL in nats of real rows from those of one query, and their mutual information."""
    return {name: float(numbers.mean()) for name, numbers in real_queries().items()}


@claim("one-query-cannot-look-up", source="Measured here on a toy", computes=aaren_attention)
def toy() -> dict[str, float]:
    """Recorded: error over variance, mean over seeds, by question and layer."""
    return {
        f"{question}, {layer}": float(errors.mean())
        for question in ("highest", "same code")
        for layer, errors in toy_errors(question).items()
    }
