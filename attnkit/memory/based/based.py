"""The window and the Taylor memory under one normaliser: what leaves the window is remembered."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.based.buffer import Buffer, Buffered, Window, buffered, split
from attnkit.memory.based.window import near
from attnkit.memory.feature_maps.based import expansion
from attnkit.memory.linear import linear_attention
from attnkit.memory.shared.arguments import MOST_CHUNKED, require_finite_results
from attnkit.precision import outside_autocast

__all__ = ["State", "based_attention"]

State = tuple[Annotated[Float[Tensor, "*batch feature value+1"], Finite()], Buffer]
"""``[S z]`` of what has left the window, and the window's buffer."""


@checked
@outside_autocast
def based_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    window: Window = 64,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], tuple[Tensor, Tensor]]:
    r"""Read the last w tokens by softmax and all before them by its Taylor polynomial, as one sum.

    .. math::
        o_i = \frac{\sum_{i-w<j\le i} e^{s_{ij}} v_j + \sum_{j \le i-w} T(s_{ij})\, v_j}
                   {\sum_{i-w<j\le i} e^{s_{ij}} + \sum_{j \le i-w} T(s_{ij})}, \qquad
        T(s) = 1 + s + \tfrac{s^2}{2}

    with :math:`s_{ij} = q_i \cdot k_j / \sqrt d`: softmax attention whose far scores are
    approximated. A pair that leaves the window is written to the memory, and no pair is in both.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token; narrow, as for `taylor_attention`.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    window : int
        w, from 1 to 1,048,576 tokens.
    initial_state : tuple of Tensor, optional
        Memory and buffer as returned; nothing else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere memory and buffer stay as they are and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input; memory ``[S z]``, (..., 1 + d + d (d + 1) / 2,
        value + 1), and buffer, (..., w, key + value + 1), in at least float32.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a buffer of another window, and finite
        inputs whose squares or scores overflow.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries, a
        mask that is not bool.

    References
    ----------
    The two halves: Arora et al. 2024 (Based), whose model has them in alternate layers. Their sum
    under one normaliser: Zhang et al. 2024, "LoLCATs", with learned features and a learned factor
    before the window. Taylor features in that sum, which need no factor: put together here.
    """
    memory, buffer = initial_state or (None, None)
    tokens = buffered((queries, keys, values), mask, buffer, window)
    close, log_close = near(tokens, window)
    sums, memory = _far(tokens, memory, chunk_size)
    weight = sums[..., -1:]
    seen = weight > 0
    weight = torch.where(seen, weight, 1.0)
    share = torch.where(seen, (weight.log() - log_close).sigmoid(), 0.0)
    output = tokens.in_place(close + share * (sums[..., :-1] / weight - close), values)
    state = (memory, tokens.last(window))
    results = {"output": output, "memory": memory, "buffer": state[1]}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return output, state


def _far(tokens: Buffered, memory: Tensor | None, chunk_size: int) -> tuple[Tensor, Tensor]:
    """Sums over all that has left the window: when a token comes, the row it pushes out."""
    n_tokens, d_key = tokens.queries.shape[-2:]
    leaving = tokens.rows[..., :n_tokens, :] * tokens.counts
    keys, values, held = split(leaving, d_key)
    features = expansion("keys", keys) * held[..., None]
    return linear_attention(
        expansion("queries", tokens.queries),
        features,
        values,
        initial_state=memory,
        chunk_size=chunk_size,
    )
