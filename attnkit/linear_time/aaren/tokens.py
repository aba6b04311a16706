"""Aaren among maps of tokens, each with a query of its own: the first token's serves them all.

So the suite of laws, which asks with a query at every token, can hold Aaren to its card; the query,
a layer's parameter, is handed on beside the triple.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.linear_time.aaren.aaren import aaren_attention
from attnkit.linear_time.aaren.forms import (
    parallel_aaren_attention,
    recurrent_aaren_attention,
    shallow_aaren_attention,
)

__all__ = ["parallel_reads", "reads", "recurrent_reads", "shallow_reads"]


def _by_first_query(form: Callable) -> Callable:
    """A form of Aaren as a function of queries (..., time, key)."""

    def of_tokens(queries, keys, values, *, initial_state=None, mask=None):
        query, *before = initial_state or (_first(queries, mask),)
        given = {"initial_state": tuple(before) or None, "mask": mask}
        output, state = form(query, keys, values, **given)
        return output, (query, *state)

    return of_tokens


def _first(queries: Tensor, mask: Tensor | None) -> Tensor:
    """The query of the first token that counts; zeros where none does."""
    if mask is None:
        return queries[..., 0, :]
    first = mask & (mask.cumsum(-1) == 1)
    return torch.where(first[..., None], queries, 0.0).sum(-2)


reads = _by_first_query(aaren_attention)
recurrent_reads = _by_first_query(recurrent_aaren_attention)
shallow_reads = _by_first_query(shallow_aaren_attention)
parallel_reads = _by_first_query(parallel_aaren_attention)
