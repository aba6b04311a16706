"""Softmax attention over the last tokens alone, in blocks: time and memory linear in the length."""

import math
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.memory.based.buffer import Buffer, Buffered, Window, buffered, split
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.precision import outside_autocast

__all__ = ["near", "window_attention"]

BLOCK = 32
"""Queries that share one block of keys: a narrow window is not worth a product of its own."""


@checked
@outside_autocast
def window_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    window: Window = 64,
    initial_state: Buffer | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch slot key+value+1"]]:
    r"""Read the last tokens by softmax, exactly, and nothing of what came before them.

    .. math:: o_i = \sum_{i - w < j \le i} \operatorname{softmax}_j(q_i \cdot k_j / \sqrt d)\, v_j

    A token sees itself and the w − 1 tokens before it that count.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Half precision is computed in float32.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    window : int
        w, from 1 to 1,048,576 tokens.
    initial_state : Float[Tensor, "*batch slot key+value+1"], optional
        The buffer that an earlier call returned; empty else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts. Elsewhere nothing enters the buffer, nothing leaves it, and zero
        is read; the window is one of tokens that count.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and the buffer in at least float32: (..., w,
        key + value + 1), the last w pairs as rows [key, value, 1], oldest first, zeros in front
        where there were fewer.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a window out of range, a buffer of
        another window, and finite inputs whose scores overflow.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries, a
        mask that is not bool.

    References
    ----------
    Arora et al. 2024, "Simple linear attention language models balance the recall-throughput
    tradeoff", where its layers alternate with linear attention; the authors' code has w = 64, 128
    and 256.
    """
    tokens = buffered((queries, keys, values), mask, initial_state, window)
    reads, _ = near(tokens, window)
    output, state = tokens.in_place(reads, values), tokens.last(window)
    results = {"output": output, "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return output, state


def near(tokens: Buffered, window: int) -> tuple[Tensor, Tensor]:
    """What softmax over the window reads (..., time, value), and its log-sum-exp (..., time, 1)."""
    n_tokens, d_key = tokens.queries.shape[-2:]
    size = max(window, min(BLOCK, n_tokens))
    missing = -n_tokens % size
    rows = F.pad(tokens.rows, (0, 0, 0, missing)).unfold(-2, size + window, size).mT
    queries = F.pad(tokens.queries, (0, 0, 0, missing)).unflatten(-2, (-1, size))
    keys, values, held = split(rows, d_key)
    at, of = torch.arange(size + window), torch.arange(size)[:, None]
    seen = ((at > of) & (at <= of + window)).to(held.device) & held[..., None, :]
    scores = queries @ keys.mT / math.sqrt(max(d_key, 1))
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    reads = (scores.softmax(-1) @ values[..., :-1]).flatten(-3, -2)
    total = scores.logsumexp(-1, keepdim=True).flatten(-3, -2)
    return reads[..., :n_tokens, :], total[..., :n_tokens, :]
