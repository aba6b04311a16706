"""Linear attention: a state that sums key–value products, read by queries."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.memory.arguments import (
    initial_state_or_zeros,
    require_finite_result,
    require_log_decay,
    require_sequences,
)
from attnkit.memory.causal import CausalKernel
from attnkit.memory.chunks import fitting_chunk, from_chunks, to_chunks
from attnkit.memory.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.engine import ChunkScan

__all__ = ["linear_attention", "normalised_linear_attention"]


def linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Float[Tensor, "*batch time key"],
    values: Float[Tensor, "*batch time value"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Float[Tensor, "*batch key value"] | None = None,
    chunk_size: int = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Write every value at its key, then read with the query: the Hebbian memory.

    .. math:: S_t = \operatorname{diag}(e^{g_t}) S_{t-1} + k_t v_t^\top, \qquad o_t = S_t^\top q_t

    Nothing is scaled or normalised. ``log_decay`` :math:`g_t \le 0` is one number a token
    (retention, Lightning, Mamba-2) or one a key channel (gated linear attention); ``-inf`` is a
    hard reset. Any length, any chunk size (rounded up to a power of two), same result.

    Returns
    -------
    output, state
        ``output`` in the dtype of the input, ``state`` in at least float32; pass it as
        ``initial_state`` to go on where this call stopped. Gradients flow through both.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay.
    TypeError
        Integer tensors, or dtypes or devices that differ.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eqs. 10-12 without the normaliser; Yang et
    al. 2024, "Gated linear attention", sec. 4, for the decay; halved chunks: derived here.
    """
    require_sequences(queries, keys, values, chunk_size)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    size = fitting_chunk(keys.shape[-2], chunk_size)
    chunked = [to_chunks(t, size) for t in (queries, keys, values)]
    rows = state.reshape(-1, *state.shape[-2:])
    if log_decay is None:
        outputs, final = CausalKernel.apply(*chunked, rows)
    else:
        require_log_decay(log_decay, keys)
        outputs, final = _decayed(*chunked, rows, to_chunks(_per_channel(log_decay, keys), size))
    output = from_chunks(outputs, values)
    require_finite_result(output, queries=queries, keys=keys, values=values)
    return output, final.reshape(state.shape)


def _per_channel(log_decay: Tensor, keys: Tensor) -> Tensor:
    """Give a log-decay of one number a token its single channel."""
    return log_decay if log_decay.ndim == keys.ndim else log_decay[..., None]


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, state: Tensor, log_decay: Tensor):
    """The causal chunk loop with decay: the engine without errors."""
    scores = pairwise_scores(queries, keys, log_decay)
    reads, writes = queries * from_entry(log_decay), keys * to_exit(log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    return ChunkScan.apply(reads, scores, writes, carry, values, None, state)


def normalised_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Float[Tensor, "*batch time key"],
    values: Float[Tensor, "*batch time value"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Float[Tensor, "*batch key extended"] | None = None,
    chunk_size: int = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key extended"]]:
    r"""Average the values with kernel weights: linear attention divided by its own weights' sum.

    .. math:: o_t = \frac{S_t^\top q_t}{z_t^\top q_t}, \qquad z_t = e^{g_t} z_{t-1} + k_t

    ``queries`` and ``keys`` are features already (see `attnkit.memory.feature_maps`), with a
    non-negative kernel. The state is ``[S z]``, one column wider than the values, so that the
    normaliser travels with it and stays in the graph. A query that meets no weight reads zero,
    with zero gradient.

    Raises
    ------
    ValueError
        As `linear_attention`, and where a weights' sum is negative: no average then.

    References
    ----------
    Katharopoulos et al. 2020, eqs. 10-12.
    """
    require_sequences(queries, keys, values, chunk_size)
    with_ones = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    if values.dtype != torch.promote_types(values.dtype, torch.float32):
        queries, keys, with_ones = queries.float(), keys.float(), with_ones.float()
    sums, state = linear_attention(
        queries,
        keys,
        with_ones,
        log_decay=log_decay,
        initial_state=initial_state,
        chunk_size=chunk_size,
    )
    totals, weights = sums[..., :-1], sums[..., -1:]
    _require_non_negative(weights)
    seen = weights > 0
    average = totals / torch.where(seen, weights, 1.0)
    return torch.where(seen, average, 0.0).to(values.dtype), state


def _require_non_negative(weights: Tensor) -> None:
    if not torch.compiler.is_compiling() and bool((weights.detach() < 0).any()):
        raise ValueError(
            "queries and keys must have non-negative products so that weights can be averaged, "
            f"got a sum of weights {weights.min().item():.4g}; use a positive feature map, or "
            "linear_attention without the normaliser"
        )
