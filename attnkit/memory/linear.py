"""Linear attention: a state that sums key–value products, read by queries."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.arguments import (
    MOST_CHUNKED,
    channel_decay,
    counted_tokens,
    initial_state_or_zeros,
    require_finite_results,
)
from attnkit.memory.causal import causal_kernel
from attnkit.memory.chunks import fitting_chunk, from_chunks, state_rows, to_chunks
from attnkit.memory.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.engine import Chunks
from attnkit.memory.fast_scan import scan
from attnkit.memory.precision import compute_dtype
from attnkit.validate import is_traced

__all__ = ["linear_attention", "normalised_linear_attention"]


@checked
def linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Write every value at its key, then read with the query, unnormalised: the Hebbian memory.

    .. math:: S_t = \operatorname{diag}(e^{g_t}) S_{t-1} + k_t v_t^\top, \qquad o_t = S_t^\top q_t

    Nothing is scaled or divided by a sum of weights; `normalised_linear_attention` is the one that
    averages. Differentiable as often as one likes.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        At least one token. Half precision is computed in float32, under autocast too.
    values : Float[Tensor, "*batch time value"]
        One a key.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key"
        :math:`g_t \le 0`, one number a token (retention, Lightning, Mamba-2) or one a key channel
        (gated linear attention); ``-inf`` is a hard reset. Any floating dtype: it is cast to the
        one the keys are computed in.
    initial_state : Float[Tensor, "*batch key value"], optional
        What an earlier call returned; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts. Elsewhere the state stays as it is, the output is zero, and so
        are all gradients; what stands there, NaN too, is never looked at. So a batch of unequal
        lengths, padded at any place, can be continued from the state.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two. Any length, any chunk size, same result.

    Returns
    -------
    output, state
        ``output`` in the dtype of the input, ``state`` in at least float32; pass it as
        ``initial_state`` to go on where this call stopped. Gradients flow through both. An empty
        batch gives an empty result, keys of width zero read zeros.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay, and finite inputs
        whose output or state overflows its dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries,
        tensors on different devices, a mask that is not bool.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eqs. 10-12 without the normaliser; Yang et
    al. 2024, "Gated linear attention", sec. 4, for the decay; halved chunks: derived here.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    size = fitting_chunk(keys.shape[-2], chunk_size)
    chunked = [to_chunks(t, size) for t in (queries, keys, values)]
    rows = state_rows(state, keys.ndim - 2)
    if log_decay is None:
        outputs, final = causal_kernel(*chunked, rows)
    else:
        decay = to_chunks(channel_decay(log_decay, keys, mask), size)
        outputs, final = _decayed(*chunked, rows, decay)
    output, final = from_chunks(outputs, values), final.reshape(state.shape)
    inputs = {"queries": queries, "keys": keys, "values": values}
    require_finite_results({"output": output, "state": final}, **inputs)
    return output, final


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor, log_decay: Tensor):
    """The causal chunk loop with decay: the engine without errors."""
    scores = pairwise_scores(queries, keys, log_decay)
    reads, writes = queries * from_entry(log_decay), keys * to_exit(log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    return scan(Chunks(reads, scores, writes, carry, values), state)


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
        Features already (see `attnkit.memory.feature_maps`), with a non-negative kernel. A query
        that meets no weight reads zero, with zero gradient.
    values : Float[Tensor, "*batch time value"]
        One a key.
    log_decay, mask, chunk_size
        As in `linear_attention`. A masked token writes nothing, though a feature map of zeros may
        be far from zero.
    initial_state : Float[Tensor, "*batch key value+1"], optional
        ``[S z]`` as returned, one column wider than the values, so that the normaliser travels
        with it and stays in the graph.

    Returns
    -------
    output, state
        As `linear_attention`; the state is ``[S z]``.

    Raises
    ------
    ValueError
        As `linear_attention`, and where a weights' sum is negative: no average then.
    TypeError
        As `linear_attention`.

    References
    ----------
    Katharopoulos et al. 2020, eqs. 10-12.
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
            "queries and keys must have non-negative products so that weights can be averaged, "
            f"got a sum of weights {weights.detach().min().item():.4g}; use a positive feature "
            "map, or linear_attention without the normaliser"
        )
