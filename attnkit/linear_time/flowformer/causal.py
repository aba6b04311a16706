"""Flow attention where each token sees the past alone: sums so far stand for the sums of all."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.flowformer.flows import Flows, flow_features, over
from attnkit.linear_time.shared.tokens import wide_tokens
from attnkit.memory import linear_attention

__all__ = [
    "Counts",
    "Keys",
    "Queries",
    "Sums",
    "Totals",
    "Values",
    "causal_conserved_flows",
    "causal_flow_attention",
    "flow_tokens",
    "sums_or_zeros",
]

BLOCK = 512  # tokens whose running sums stay in a cache
Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Counts = Bool[Tensor, "*batch time"]
Sums = Annotated[Float[Tensor, "*batch key columns"], Finite()]
Totals = Annotated[Float[Tensor, "*batch 2"], Range(0.0)]


@checked
def causal_flow_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: tuple[Sums, Totals] | None = None,
    mask: Counts | None = None,
    chunk_size: Annotated[int, Range(1, 2**16)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Sums, Totals]]:
    r"""Read all values so far by flows that are conserved so far, and in the mean only.

    .. math::
        \hat I_i = \frac{\sigma(q_i)}{i} \cdot \sum_{j \le i} \frac{j\, \sigma(k_j)}{O_j}, \quad
        \hat O_j = \frac{\sigma(k_j)}{j} \cdot \sum_{i \le j} \frac{i\, \sigma(q_i)}{I_i}, \quad
        b_j = \frac{j\, e^{\min(\hat O_j, 1)}}{\sum_{l \le j} e^{\min(\hat O_l, 1)}}

    .. math:: c_i = \operatorname{sigmoid}(\hat I_i) \frac{\sigma(q_i)^\top}{I_i}
                    \sum_{j \le i} \sigma(k_j)\, b_j v_j^\top

    I and O are sums over the past too: what a source will send to later sinks is not known when its
    value is written, and what it sent to earlier ones stands for it.

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key), at least one token.
    values : Tensor
        (..., time, value), one a key.
    initial_state : tuple, optional
        As returned; nothing else.
    mask : Tensor, optional
        (..., time), true where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and in at least float32 the memory with the
        sums of keys, queries, keys sent and queries taken beside it, (..., key, value + 4), and
        (..., 2): tokens so far, and the sum over which sources compete.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity; dtypes that differ, integers.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by the authors' code, without its eps.
    """
    *tokens, counts = flow_tokens(queries, keys, values, mask)
    state, reads = sums_or_zeros(initial_state, *tokens[1:]), []
    blocks = *(t.split(BLOCK, -2) for t in tokens), counts.split(BLOCK, -1)
    for block in zip(*blocks, strict=True):
        read, state = _read_block(*block, state, chunk_size)
        reads.append(read)
    return torch.cat(reads, -2).to(values.dtype), state


def _read_block(
    q: Tensor, k: Tensor, v: Tensor, counts: Tensor, state: tuple[Tensor, Tensor], chunk_size: int
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Reads (..., time, value) of a block of tokens behind a state, and the state after it."""
    sums, totals = state
    number = totals[..., :1] + counts.cumsum(-1)
    flows, beside = flows_so_far(q, k, number, sums[..., -4:])
    rivals = counts * flows.conserved_outgoing.clamp(max=1.0).exp()
    all_rivals = totals[..., 1:] + rivals.cumsum(-1)
    let_in = flows.conserved_incoming.sigmoid() * over(1.0, flows.incoming)
    read, memory = linear_attention(
        q * let_in[..., None],
        k,
        v * (rivals * over(number, all_rivals))[..., None],
        initial_state=sums[..., :-4],
        chunk_size=chunk_size,
    )
    totals = torch.stack([number[..., -1], all_rivals[..., -1]], -1)
    return read, (torch.cat([memory, beside], -1), totals)


@checked
def causal_conserved_flows(queries: Queries, keys: Float[Tensor, "*batch time key"]) -> Flows:
    r"""Return what causal flow attention takes for conserved flows: sums so far in place of all.

    .. math::

        \hat I_i = \frac{\sigma(q_i)}{i} \cdot \sum_{j \le i} \frac{j\, \sigma(k_j)}{O_j}, \quad
              \hat O_j = \frac{\sigma(k_j)}{j} \cdot \sum_{i \le j} \frac{i\, \sigma(q_i)}{I_i}

    Their means are near one where tokens do not drift along the sequence, and nowhere else.

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key), at least one token.

    Returns
    -------
    Flows
        Each (..., time), in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, integers.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by the authors' code, without its eps.
    """
    q, k, _, counts = flow_tokens(queries, keys, keys[..., :0], None)
    return flows_so_far(q, k, counts.cumsum(-1), k.new_zeros(*k.shape[:-2], k.shape[-1], 4))[0]


def flows_so_far(q: Tensor, k: Tensor, number: Tensor, before: Tensor) -> tuple[Flows, Tensor]:
    """Flows (..., time) of features, and sums of keys, queries, sent and taken, (..., key, 4)."""
    k_sum, q_sum, sent, taken = before[..., None, :, :].unbind(-1)
    k_sums, q_sums = k_sum + k.cumsum(-2), q_sum + q.cumsum(-2)
    incoming, outgoing = (q * k_sums).sum(-1), (k * q_sums).sum(-1)
    sents = sent + (k * over(number, outgoing)[..., None]).cumsum(-2)
    takens = taken + (q * over(number, incoming)[..., None]).cumsum(-2)
    into, out_of = (over((a * b).sum(-1), number) for a, b in ((q, sents), (k, takens)))
    last = torch.stack([each[..., -1, :] for each in (k_sums, q_sums, sents, takens)], -1)
    return Flows(incoming, outgoing, into, out_of), last


def flow_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features of queries and keys, and values, zeros where none counts; and ones where it does."""
    if queries.shape[-2] == 0:
        raise ValueError(f"queries must hold at least one token, got {tuple(queries.shape)}")
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    features = flow_features("queries", queries, mask), flow_features("keys", keys, mask)
    ones = torch.ones_like(features[0][..., 0])
    counts = ones if mask is None else torch.where(mask, ones, 0.0)
    return *features, values, counts


def sums_or_zeros(
    initial: tuple[Tensor, Tensor] | None, keys: Tensor, values: Tensor
) -> tuple[Tensor, Tensor]:
    """The state that was handed on, or zeros, in the dtype of the features."""
    if initial is None:
        shape, width = keys.shape[:-2], values.shape[-1] + 4
        return keys.new_zeros(*shape, keys.shape[-1], width), keys.new_zeros(*shape, 2)
    sums, totals = initial
    wanted = values.shape[-1] + 4
    if sums.shape[-1] != wanted:
        raise ValueError(
            f"initial_state must have {wanted} columns, 4 more than the values have channels, "
            f"got {sums.shape[-1]}"
        )
    return sums.to(keys.dtype), totals.to(keys.dtype)
