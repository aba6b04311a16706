"""Causal flow attention token by token, and by a matrix of pipes: what the fast form must equal."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.linear_time.flowformer.causal import (
    Counts,
    Keys,
    Queries,
    Sums,
    Totals,
    Values,
    flow_tokens,
    sums_or_zeros,
)
from attnkit.linear_time.flowformer.flows import over
from attnkit.precision import outside_autocast

__all__ = ["parallel_causal_flow_attention", "recurrent_causal_flow_attention"]


@checked
def recurrent_causal_flow_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: tuple[Sums, Totals] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Sums, Totals]]:
    r"""Add each token to seven sums, then read: what `causal_flow_attention` must equal.

    .. math:: S \leftarrow S + b_t\, \sigma(k_t) v_t^\top, \qquad
              c_t = \operatorname{sigmoid}(\hat I_t)\, S^\top \sigma(q_t) / I_t

    Queries and keys are (..., time, key), values and reads (..., time, value); state and mask as
    `causal_flow_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity; dtypes that differ, integers.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258; as a recurrence: derived here.
    """
    q, k, v, counts = flow_tokens(queries, keys, values, mask)
    sums, totals = sums_or_zeros(initial_state, k, v)
    reads = []
    for each in zip(*(t.unbind(-2) for t in (q, k, v)), counts.unbind(-1), strict=True):
        read, sums, totals = _step(*each, sums, totals)
        reads.append(read)
    return torch.stack(reads, -2).to(values.dtype), (sums, totals)


def _step(q: Tensor, k: Tensor, v: Tensor, count: Tensor, sums: Tensor, totals: Tensor):
    """One token's read (..., value), and the sums after it."""
    memory, k_sum, q_sum, sent, taken = (*_unpacked(sums),)
    number, rivals = (totals + torch.stack([count, torch.zeros_like(count)], -1)).unbind(-1)
    k_sum, q_sum = k_sum + k, q_sum + q
    incoming, outgoing = (q * k_sum).sum(-1), (k * q_sum).sum(-1)
    sent = sent + k * over(number, outgoing)[..., None]
    taken = taken + q * over(number, incoming)[..., None]
    strength = count * over((k * taken).sum(-1), number).clamp(max=1.0).exp()
    rivals = rivals + strength
    share = strength * over(number, rivals)
    memory = memory + k[..., None] * (share[..., None] * v)[..., None, :]
    let_in = over((q * sent).sum(-1), number).sigmoid() * over(1.0, incoming)
    read = (let_in[..., None] * q)[..., None, :] * memory.mT
    beside = torch.stack([k_sum, q_sum, sent, taken], -1)
    return read.sum(-1), torch.cat([memory, beside], -1), torch.stack([number, rivals], -1)


@checked
@outside_autocast
def parallel_causal_flow_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: tuple[Sums, Totals] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Sums, Totals]]:
    r"""Read by a matrix of pipes from the past: what `causal_flow_attention` must equal.

    .. math:: w_{ij} = \operatorname{sigmoid}(\hat I_i)\, \frac{C_{ij}}{I_i}\, b_j
              \text{ for } j \le i, \text{ else } 0, \qquad C_{ij} = \sigma(q_i) \cdot \sigma(k_j)

    Queries and keys are (..., time, key), values and reads (..., time, value); state and mask as
    `causal_flow_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity; dtypes that differ, integers.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by the authors' code, without its eps.
    """
    q, k, v, counts = flow_tokens(queries, keys, values, mask)
    sums, totals = sums_or_zeros(initial_state, k, v)
    memory, k_sum, q_sum, sent, taken = _unpacked(sums)
    past = (q @ k.mT).tril()
    future = (k @ q.mT).tril()
    number = totals[..., :1] + counts.cumsum(-1)
    incoming = past.sum(-1) + _onto(q, k_sum)
    outgoing = future.sum(-1) + _onto(k, q_sum)
    sends, takes = over(number, outgoing), over(number, incoming)
    let_in = over((past @ sends[..., None])[..., 0] + _onto(q, sent), number).sigmoid()
    pulled = over((future @ takes[..., None])[..., 0] + _onto(k, taken), number)
    strength = counts * pulled.clamp(max=1.0).exp()
    rivals = totals[..., 1:] + strength.cumsum(-1)
    written = (strength * over(number, rivals))[..., None] * v
    read = (let_in * over(1.0, incoming))[..., None] * (past @ written + q @ memory)
    added = [
        k.mT @ written,
        *(
            (rows * share[..., None]).sum(-2)[..., None]
            for rows, share in ((k, counts), (q, counts), (k, sends), (q, takes))
        ),
    ]
    state = sums + torch.cat(added, -1), torch.stack([number[..., -1], rivals[..., -1]], -1)
    return read.to(values.dtype), state


def _unpacked(sums: Tensor) -> tuple[Tensor, ...]:
    """The memory (..., key, value), and the sums (..., key) of keys, queries, sent and taken."""
    return sums[..., :-4], *sums[..., -4:].unbind(-1)


def _onto(rows: Tensor, total: Tensor) -> Tensor:
    """Products (..., time) of rows with one vector."""
    return (rows @ total[..., None])[..., 0]
