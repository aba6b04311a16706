"""Traps of the normaliser: out of the graph, lost on the way, or of both signs."""

from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range
from attnkit.memory.linear import linear_attention, normalised_linear_attention
from attnkit.memory.traps.measure import Errors, Length, normal, relative, require_below, trap

__all__ = ["detached_normaliser", "forgotten_normaliser", "signed_denominator"]


@trap
def detached_normaliser(n_tokens: Length) -> Errors:
    """Leave the normaliser outside the graph: the output is right, the gradient is not."""
    queries, keys, values = (normal(n_tokens, 8, seed=s).abs().double() for s in range(3))

    def gradient(weights_of) -> Tensor:
        leaf = keys.clone().requires_grad_()
        sums, _ = linear_attention(queries, leaf, values)
        (sums / weights_of(leaf)).square().sum().backward()
        return leaf.grad

    wanted = gradient(lambda k: (queries * k.cumsum(-2)).sum(-1, keepdim=True))
    broken = gradient(lambda k: (queries * k.detach().cumsum(-2)).sum(-1, keepdim=True))
    leaf = keys.clone().requires_grad_()
    normalised_linear_attention(queries, leaf, values)[0].square().sum().backward()
    return {"broken": relative(broken, wanted), "safe": relative(leaf.grad, wanted)}


@trap
def forgotten_normaliser(split: Length, *, n_tokens: Length = 64) -> Errors:
    """Carry the sum of values across a split but not the sum of weights."""
    require_below("split", split, n_tokens)
    q, k, v = (normal(n_tokens, 8, seed=s).abs() for s in range(3))
    wanted, _ = normalised_linear_attention(q.double(), k.double(), v.double())
    _, state = normalised_linear_attention(q[:split], k[:split], v[:split])
    lost = torch.cat([state[..., :-1], torch.zeros_like(state[..., -1:])], -1)
    rest = (q[split:], k[split:], v[split:])
    return {
        name: relative(normalised_linear_attention(*rest, initial_state=s)[0], wanted[split:])
        for name, s in (("broken", lost), ("safe", state))
    }


@trap
def signed_denominator(size: Annotated[int, Range(1, 4096)]) -> Errors:
    """Average with signed weights 1 + q·k: a sum near zero throws the output out of range.

    Not an error but an excess: the largest output over the largest value, which no average passes.
    The safe form adds the square, 1 + t + t²/2 ≥ 1/2.
    """
    queries, keys, values = (normal(size, 4, seed=s) for s in range(3))
    scores = queries @ keys.mT
    limit = values.abs().max()

    def excess(weights: Tensor) -> float:
        weights = weights.tril()
        return float((weights @ values / weights.sum(-1, keepdim=True)).abs().max() / limit)

    return {"broken": excess(1 + scores), "safe": excess(1 + scores + scores.square() / 2)}
