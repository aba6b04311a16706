"""Tokens for online memories, and every rule that is tested: sizes are distinct primes."""

import torch
import torch.nn.functional as F

from attnkit.memory import miras
from attnkit.memory.titans import deep_memory

D_KEY, D_VALUE = 5, 3


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def tokens(*batch, n=17, dtype=torch.float64, seed=0):
    """Queries, unit keys, values, rates; and forgetting."""
    drawn = [torch.randn(*batch, n, d, generator=chance(seed), dtype=torch.float64)
             for d in (D_KEY, D_KEY + 1, D_VALUE)]  # fmt: skip
    gates = torch.rand(2, *batch, n, generator=chance(seed), dtype=torch.float64) / 3
    sequences = [drawn[0], F.normalize(drawn[1][..., 1:], dim=-1), drawn[2], gates[0]]
    return [t.to(dtype) for t in sequences], gates[1].to(dtype)


NETWORK = miras.NetworkMemory(deep_memory(D_KEY, 7, D_VALUE, generator=chance()))
LINEAR = miras.LinearMemory()
RULES = {
    "Hebb": miras.HEBB,
    "delta": miras.DELTA,
    "Titans": miras.titans(NETWORK, 0.6),
    "Moneta": miras.moneta(NETWORK),
    "Yaad": miras.yaad(NETWORK, 0.5),
    "Memora": miras.memora(LINEAR, 2.0),
    "sign": miras.Rule(LINEAR, miras.PowerError(1.0), miras.Decay(), miras.Momentum(0.5)),
}
