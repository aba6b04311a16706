"""The "linear transformer": linear attention divided by the sum of its own weights."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.linear.chunkwise import linear_attention
from attnkit.memory.shared.arguments import MOST_CHUNKED
from attnkit.memory.shared.precision import compute_dtype
from attnkit.validate import is_traced

__all__ = ["normalised_linear_attention"]


@checked
def normalised_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value+1"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value+1"]]:
    r"""Average the values with kernel weights: linear attention divided by its own weights' sum.

    .. math:: o_t = \frac{S_t^\top q_t}{z_t^\top q_t}, \qquad z_t = e^{g_t} z_{t-1} + k_t

    Differentiable as often as one likes.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), features already (see `attnkit.memory.feature_maps`), with a non-negative
        kernel. A query that meets no weight reads zero, with zero gradient.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key"
        At most 0, one number a token or one a key channel; ``-inf`` is a hard reset.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts. A masked token writes nothing, though a feature map of zeros may
        be far from zero.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.
    initial_state : Float[Tensor, "*batch key value+1"], optional
        ``[S z]`` as returned, one column wider than the values, so that the normaliser travels
        with it and stays in the graph.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]`` in at least float32.

    Raises
    ------
    ValueError
        A negative sum of weights, which leaves no average; shapes that do not fit, no token, NaN or
        infinity, a positive log-decay, and finite inputs whose sums overflow their dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries,
        tensors on different devices, a mask that is not bool.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eqs. 10-12.
    """
    dtype = values.dtype
    queries, keys, values = (t.to(compute_dtype(t)) for t in (queries, keys, values))
    sums, state = linear_attention(
        queries,
        keys,
        torch.cat([values, values.new_ones(*values.shape[:-1], 1)], -1),
        log_decay=log_decay,
        initial_state=initial_state,
        mask=mask,
        chunk_size=chunk_size,
    )
    totals, weights = sums[..., :-1], sums[..., -1:]
    _require_non_negative(weights)
    seen = weights > 0
    average = totals / torch.where(seen, weights, 1.0)
    return torch.where(seen, average, 0.0).to(dtype), state


def _require_non_negative(weights: Tensor) -> None:
    if not is_traced(weights) and bool((weights.detach() < 0).any()):
        raise ValueError(
            "queries must have non-negative products with keys and initial_state, to average by, "
            f"got a sum of weights {weights.detach().min().item():.4g}; use a positive feature "
            "map, or linear_attention without the normaliser"
        )
