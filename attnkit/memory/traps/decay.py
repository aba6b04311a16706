"""Traps of decay: quotients where sums of logarithms would do, and weights applied twice."""

from typing import Annotated

import torch

from attnkit.arguments import Range
from attnkit.memory.delta import delta_rule
from attnkit.memory.shared.decay import pairwise_decay
from attnkit.memory.shared.triangular import unit_lower_inverse
from attnkit.memory.traps.measure import (
    Errors,
    Nats,
    Size,
    normal,
    relative,
    require_below,
    require_power_of_two,
    trap,
    unit,
)

__all__ = ["decay_carried_twice", "factorised_decay", "quotient_of_resets"]


@trap
def factorised_decay(nats: Nats, *, size: Size = 32) -> Errors:
    """Write exp(G_i − G_j) as exp(G_i) · exp(−G_j): overflows once a chunk decays by 88 nats."""
    log_decay = torch.full((size, 1), -nats)
    total = log_decay.cumsum(-2)
    broken = (total.exp() @ (-total).exp().mT).tril()
    steps = torch.arange(size, dtype=torch.float64)
    wanted = (-nats * (steps[:, None] - steps)).exp().tril()
    return {
        "broken": relative(broken, wanted),
        "safe": relative(pairwise_decay(log_decay), wanted),
    }


@trap
def quotient_of_resets(position: Annotated[int, Range(0, 511)], *, size: Size = 32) -> Errors:
    """Take exp(G_i − G_j) across a hard reset: −inf − (−inf) is not a number."""
    require_below("position", position, size)
    log_decay = torch.full((size, 1), -0.1)
    log_decay[position] = -torch.inf
    total = log_decay.cumsum(-2)
    steps = torch.arange(size, dtype=torch.float64)
    apart = (steps[:, None] < position) == (steps < position)
    wanted = (-0.1 * (steps[:, None] - steps)).exp().tril() * apart
    return {
        "broken": relative((total - total.mT).exp().tril(), wanted),
        "safe": relative(pairwise_decay(log_decay), wanted),
    }


@trap
def decay_carried_twice(nats: Nats, *, size: Size = 32) -> Errors:
    """Weight both the coupling and the solved memory keys of the gated delta rule by the decay."""
    require_power_of_two(size)
    keys, values, state = unit(size, 16).double(), normal(size, 5).double(), normal(16, 5)
    state, log_decay = state.double(), torch.full((size,), -nats, dtype=torch.float64)
    left = log_decay[:, None].cumsum(-2).exp()
    decay = pairwise_decay(log_decay[:, None])
    inverse = unit_lower_inverse(((keys @ keys.mT) * decay).tril(-1))
    outputs = {}
    for name, once_more in (("broken", left), ("safe", 1.0)):
        written = inverse @ values - (inverse @ (keys * left) * once_more) @ state
        outputs[name] = (keys * left) @ state + (keys @ keys.mT * decay) @ written
    rate = torch.ones_like(log_decay)
    wanted, _ = delta_rule(
        keys, keys, values, rate, log_decay=log_decay, initial_state=state, chunk_size=1
    )
    return {name: relative(output, wanted) for name, output in outputs.items()}
