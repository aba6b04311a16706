"""Broken forms of the memories, kept to be looked at: each fails in a way met in public code.

Every function measures one trap. It returns the relative error of the broken form and of the form
this package uses, at a severity the caller chooses.
"""

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.decay import pairwise_decay
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention, normalised_linear_attention
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.triangular import unit_lower_inverse
from attnkit.precision import outside_autocast

__all__ = [
    "block_shifted_attention",
    "decay_carried_twice",
    "detached_normaliser",
    "doubled_series",
    "entry_errors",
    "factorised_decay",
    "forgotten_normaliser",
    "low_precision_state",
    "quotient_of_resets",
    "signed_denominator",
]

Errors = dict[str, float]
Size = Annotated[int, Range(2, 512)]
Length = Annotated[int, Range(1, 65536)]
Nats = Annotated[float, Range(0.0, 1e6)]


def _trap(measure: Callable[..., Errors]) -> Callable[..., Errors]:
    """Check the severity, and measure in the precision that is spoken of, autocast or not."""
    return checked(outside_autocast(measure))


def _normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def _unit(*shape: int, seed: int = 0) -> Tensor:
    return torch.nn.functional.normalize(_normal(*shape, seed=seed), dim=-1)


def _require_power_of_two(size: int) -> None:
    if size & (size - 1):
        raise ValueError(f"size must be a power of two, got {size}")


def _require_below(name: str, value: int, end: int) -> None:
    if value >= end:
        raise ValueError(f"{name} must be below {end}, got {value}")


def _relative(got: Tensor, wanted: Tensor) -> float:
    return float((got.double() - wanted.double()).norm() / wanted.double().norm())


@_trap
def doubled_series(correlation: Annotated[float, Range(0.0, 1.0)], *, size: Size = 32) -> Errors:
    """Invert I + L as Π (I + (−L)^(2^i)): exact on paper, useless on correlated keys."""
    _require_power_of_two(size)
    keys = correlation**0.5 * _unit(1, 64, seed=1) + (1 - correlation) ** 0.5 * _unit(size, 64)
    lower = (keys @ keys.mT).tril(-1)
    eye = torch.eye(size)
    product, power = eye - lower, lower @ lower
    for _ in range(size.bit_length() - 2):
        product, power = product @ (eye + power), power @ power
    wanted = torch.linalg.inv((eye + lower).double())
    return {
        "broken": _relative(product, wanted),
        "safe": _relative(unit_lower_inverse(lower), wanted),
    }


@_trap
def factorised_decay(nats: Nats, *, size: Size = 32) -> Errors:
    """Write exp(G_i − G_j) as exp(G_i) · exp(−G_j): overflows once a chunk decays by 88 nats."""
    log_decay = torch.full((size, 1), -nats)
    total = log_decay.cumsum(-2)
    broken = (total.exp() @ (-total).exp().mT).tril()
    steps = torch.arange(size, dtype=torch.float64)
    wanted = (-nats * (steps[:, None] - steps)).exp().tril()
    return {
        "broken": _relative(broken, wanted),
        "safe": _relative(pairwise_decay(log_decay), wanted),
    }


@_trap
def quotient_of_resets(position: Annotated[int, Range(0, 511)], *, size: Size = 32) -> Errors:
    """Take exp(G_i − G_j) across a hard reset: −inf − (−inf) is not a number."""
    _require_below("position", position, size)
    log_decay = torch.full((size, 1), -0.1)
    log_decay[position] = -torch.inf
    total = log_decay.cumsum(-2)
    steps = torch.arange(size, dtype=torch.float64)
    apart = (steps[:, None] < position) == (steps < position)
    wanted = (-0.1 * (steps[:, None] - steps)).exp().tril() * apart
    return {
        "broken": _relative((total - total.mT).exp().tril(), wanted),
        "safe": _relative(pairwise_decay(log_decay), wanted),
    }


@_trap
def low_precision_state(n_tokens: Length) -> Errors:
    """Keep the running state in bfloat16: every small write is rounded against a large sum."""
    keys, values = (_normal(n_tokens, 16, seed=s, dtype=torch.bfloat16) for s in (0, 1))
    state = torch.zeros(16, 16, dtype=torch.bfloat16)
    for key, value in zip(keys, values, strict=True):
        state = state + key[:, None] * value
    wanted = keys.double().mT @ values.double()
    safe = linear_attention(keys, keys, values)[1]
    return {"broken": _relative(state, wanted), "safe": _relative(safe, wanted)}


@_trap
def detached_normaliser(n_tokens: Length) -> Errors:
    """Leave the normaliser outside the graph: the output is right, the gradient is not."""
    queries, keys, values = (_normal(n_tokens, 8, seed=s).abs().double() for s in range(3))

    def gradient(weights_of) -> Tensor:
        leaf = keys.clone().requires_grad_()
        sums, _ = linear_attention(queries, leaf, values)
        (sums / weights_of(leaf)).square().sum().backward()
        return leaf.grad

    wanted = gradient(lambda k: (queries * k.cumsum(-2)).sum(-1, keepdim=True))
    broken = gradient(lambda k: (queries * k.detach().cumsum(-2)).sum(-1, keepdim=True))
    leaf = keys.clone().requires_grad_()
    normalised_linear_attention(queries, leaf, values)[0].square().sum().backward()
    return {"broken": _relative(broken, wanted), "safe": _relative(leaf.grad, wanted)}


@_trap
def forgotten_normaliser(split: Length, *, n_tokens: Length = 64) -> Errors:
    """Carry the sum of values across a split but not the sum of weights."""
    _require_below("split", split, n_tokens)
    q, k, v = (_normal(n_tokens, 8, seed=s).abs() for s in range(3))
    wanted, _ = normalised_linear_attention(q.double(), k.double(), v.double())
    _, state = normalised_linear_attention(q[:split], k[:split], v[:split])
    lost = torch.cat([state[..., :-1], torch.zeros_like(state[..., -1:])], -1)
    rest = (q[split:], k[split:], v[split:])
    return {
        name: _relative(normalised_linear_attention(*rest, initial_state=s)[0], wanted[split:])
        for name, s in (("broken", lost), ("safe", state))
    }


@_trap
def signed_denominator(size: Annotated[int, Range(1, 4096)]) -> Errors:
    """Average with signed weights 1 + q·k: a sum near zero throws the output out of range.

    Not an error but an excess: the largest output over the largest value, which no average passes.
    The safe form adds the square, 1 + t + t²/2 ≥ 1/2.
    """
    queries, keys, values = (_normal(size, 4, seed=s) for s in range(3))
    scores = queries @ keys.mT
    limit = values.abs().max()

    def excess(weights: Tensor) -> float:
        weights = weights.tril()
        return float((weights @ values / weights.sum(-1, keepdim=True)).abs().max() / limit)

    return {"broken": excess(1 + scores), "safe": excess(1 + scores + scores.square() / 2)}


@_trap
def block_shifted_attention(
    position: Annotated[int, Range(0, 4096)], *, bucket: Size = 64
) -> Errors:
    """Let a token see earlier buckets only: fast, causal, and blind to its own bucket.

    Not an error but a delay: tokens until a change at `position` first shows in the output.
    """
    _require_below("position", position, 3 * bucket)
    queries, keys, values = (_normal(4 * bucket, 8, seed=s) for s in range(3))
    changed = values.clone()
    changed[position] += 1

    def shifted(v: Tensor) -> Tensor:
        sums = (keys[:, :, None] * v[:, None, :]).unflatten(0, (-1, bucket)).sum(1)
        earlier = torch.cat([torch.zeros_like(sums[:1]), sums[:-1]]).cumsum(0)
        return (queries.unflatten(0, (-1, bucket)) @ earlier).flatten(0, 1)

    def delay(attend) -> float:
        differs = (attend(changed) != attend(values)).any(-1)
        return float(differs.nonzero()[0, 0]) - position

    return {
        "broken": delay(shifted),
        "safe": delay(lambda v: linear_attention(queries, keys, v)[0]),
    }


@_trap
def decay_carried_twice(nats: Nats, *, size: Size = 32) -> Errors:
    """Weight both the coupling and the solved memory keys of the gated delta rule by the decay."""
    _require_power_of_two(size)
    keys, values, state = _unit(size, 16).double(), _normal(size, 5).double(), _normal(16, 5)
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
    return {name: _relative(output, wanted) for name, output in outputs.items()}


@_trap
def entry_errors(chunk_size: Length, *, n_tokens: Length = 64) -> Errors:
    """Take every error of a chunk at the chunk's entry memory: fast, and another algorithm."""
    keys, values = _unit(n_tokens, 16).double(), _normal(n_tokens, 5, seed=1).double()
    memory = torch.zeros(16, 5, dtype=torch.float64)
    outputs = []
    for k, v in zip(keys.split(chunk_size), values.split(chunk_size), strict=True):
        errors = v - k @ memory
        outputs.append(k @ memory + (k @ k.mT).tril() @ errors)
        memory = memory + k.mT @ errors
    rate, nothing = torch.ones_like(keys[:, 0]), torch.zeros_like(keys[:, 0])
    gates = {"momentum": nothing, "forgetting": nothing}
    wanted, _ = momentum_rule(keys, keys, values, rate, **gates, chunk_size=1)
    safe, _ = momentum_rule(keys, keys, values, rate, **gates, chunk_size=chunk_size)
    return {"broken": _relative(torch.cat(outputs), wanted), "safe": _relative(safe, wanted)}
