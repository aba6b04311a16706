"""What every form of Aaren takes: one query for all tokens, and the triple of what came before."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range
from attnkit.linear_time.aaren.triples import Triple, merged, of_tokens, read, widened
from attnkit.validate import require_finite, require_finite_results

__all__ = ["Counts", "Keys", "Query", "Reads", "State", "Values", "run"]

Query = Float[Tensor, "*batch key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("query")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("query")]
Counts = Bool[Tensor, "*batch time"]
State = tuple[
    Annotated[Float[Tensor, "*batch"], Finite(minus_inf=True)],
    Annotated[Float[Tensor, "*batch"], Range(low=0.0)],
    Annotated[Float[Tensor, "*batch value"], Finite()],
]
"""Largest score, sum of exponentials and sum of values under them, of all tokens before."""

Reads = tuple[Float[Tensor, "*batch time value"], tuple[Tensor, Tensor, Tensor]]


def run(
    prefixes: Callable[[Triple], Triple],
    tokens: tuple[Tensor, Tensor, Tensor],
    initial_state: State | None,
    mask: Tensor | None,
) -> tuple[Tensor, Triple]:
    """What is read at each token, and the state after the last, by a way to make prefixes."""
    triples = _triples(*tokens, mask)
    before = _no_token(triples) if initial_state is None else _given(initial_state)
    through = merged(before, prefixes(triples))
    output = read(through)
    if mask is not None:
        output = torch.where(mask[..., None], output, 0.0)
    last = through if triples.weight.shape[-1] else before
    require_finite_results({"output": output, "total": last.total}, values=tokens[2])
    return output.to(tokens[2].dtype), last.at(-1)


def _triples(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Triple:
    """Each token's own triple; what the mask leaves out is never looked at."""
    query, keys, values = widened(query, keys, values)
    if mask is not None:
        keys, values = (torch.where(mask[..., None], t, 0.0) for t in (keys, values))
    scores = (keys @ (query / math.sqrt(max(query.shape[-1], 1)))[..., None])[..., 0]
    named = {"query": query, "keys": keys, "values": values, "scores of query and keys": scores}
    for name, tensor in named.items():
        require_finite(name, tensor)
    return of_tokens(scores, values, mask)


def _no_token(triples: Triple) -> Triple:
    """The triple of no token, as a sequence of one."""
    *batch, _, n_values = triples.total.shape
    weight = triples.weight.new_zeros(*batch, 1)
    total = weight.new_zeros(*batch, 1, n_values)
    return Triple(torch.full_like(weight, -math.inf), weight, total)


def _given(state: State) -> Triple:
    """The triple that an earlier call left, as a sequence of one."""
    largest, weight, total = widened(*state)
    return Triple(largest.detach()[..., None], weight[..., None], total[..., None, :])
