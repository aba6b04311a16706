"""What the page on Titans claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors
from attnkit.memory.titans.chunkwise import neural_memory
from attnkit.memory.titans.orders import ORDERS, later_heard, small_context, who_hears_whom

__all__ = [
    "titans_between_hebb_and_delta",
    "titans_chunks",
    "titans_equal_keys",
    "titans_order",
]


def stored(n_pairs: int, chunk_size: int, *, d_key: int = 32, seeds: int = 20) -> Tensor:
    """Cosine (seed, pair) of each value and what its key reads when all pairs are written."""
    chance = seeded(0)
    keys, values = (unit_vectors(seeds, n_pairs, d_key, generator=chance) for _ in range(2))
    gates = gates_of(keys)
    _, state = neural_memory(keys, keys, values, **gates, chunk_size=chunk_size)
    return torch.cosine_similarity(keys @ state.memory[0], values, dim=-1)


def gates_of(keys: Tensor, rate: float = 1.0, momentum: float = 0.0, forgetting: float = 0.0):
    """The same gates at every token."""
    named = {"rate": rate, "momentum": momentum, "forgetting": forgetting}
    return {name: torch.full_like(keys[..., 0], value) for name, value in named.items()}


@claim(
    "titans-between-hebb-and-delta",
    source="Behrouz et al. 2024, eqs. 9-18; derived here",
    computes=neural_memory,
)
def titans_between_hebb_and_delta() -> dict[str, float]:
    """How far linear Titans is from the three rules that its closed gates make of it."""
    chance, rate, alpha = seeded(0), 0.7, 0.1
    keys, values = (unit_vectors(67, 16, generator=chance) for _ in range(2))
    closed, b = gates_of(keys, rate), torch.full_like(keys[:, 0], rate)
    faded = gates_of(keys, rate, forgetting=alpha)
    log_decay = torch.full_like(b, 1 - alpha).log()
    pairs = {
        "one chunk, and Hebb": (
            neural_memory(keys, keys, values, **closed, chunk_size=67),
            linear_attention(keys, keys, rate * values),
        ),
        "chunks of one, and delta": (
            neural_memory(keys, keys, values, **closed, chunk_size=1),
            delta_rule(keys, keys, values, b),
        ),
        "no momentum, and gated delta": (
            neural_memory(keys, keys, values, **faded, chunk_size=1),
            delta_rule(keys, keys, (1 - alpha) * values, b / (1 - alpha), log_decay=log_decay),
        ),
    }
    return {n: (a[0] - b[0]).abs().max().item() for n, (a, b) in pairs.items()}


@claim(
    "titans-chunks-are-the-algorithm",
    source="Derived here, for the chunks of Behrouz et al. 2024",
    computes=neural_memory,
)
def titans_chunks() -> dict[str, float]:
    """Mean cosine of recall after 64 pairs of width 32, by the length of a chunk, 20 seeds."""
    return {f"chunks of {size}": stored(64, size).mean().item() for size in (1, 4, 16, 32, 64)}


@claim(
    "titans-order",
    source="Derived here, for the architectures of Behrouz et al. 2024, section 4.1",
    computes=who_hears_whom,
)
def titans_order() -> dict[str, float]:
    """The most that an output of a small memory as context leans on a later token, by the order."""
    tokens = torch.randn(12, 8, generator=seeded(1), dtype=torch.float64)
    mac = small_context(6)
    return {name: later_heard(who_hears_whom(each, mac, tokens)) for name, each in ORDERS.items()}


@claim(
    "titans-equal-keys",
    source="Derived here, for the chunks of Behrouz et al. 2024",
    computes=neural_memory,
)
def titans_equal_keys() -> dict[str, float]:
    """What a chunk of equal unit keys leaves of an error of one, and 1 − bC."""
    found = {}
    for rate, size in ((0.5, 1), (0.5, 4), (0.5, 8), (0.1, 8)):
        left = error_left(rate, size)
        found[f"rate {rate}, chunk of {size}"] = left
        found[f"off 1 − bC there, {rate} and {size}"] = abs(left - (1 - rate * size))
    return found


def error_left(rate: float, size: int) -> float:
    """The error at a unit key after one chunk of its own pair alone, from an empty memory."""
    key = unit_vectors(1, 7, generator=seeded(0)).expand(size, -1)
    value = torch.ones(size, 1, dtype=torch.float64)
    output, _ = neural_memory(key, key, value, **gates_of(key, rate), chunk_size=size)
    return 1 - output[-1].item()
