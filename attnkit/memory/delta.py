"""The delta rule: write only what the memory gets wrong, with or without decay."""

from jaxtyping import Float
from torch import Tensor

from attnkit.memory.arguments import (
    initial_state_or_zeros,
    require_finite_result,
    require_gate,
    require_log_decay,
    require_sequences,
    warn_unstable_rate,
)
from attnkit.memory.chunks import fitting_chunk, from_chunks, to_chunks
from attnkit.memory.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.engine import ChunkScan, corrected_writes

__all__ = ["delta_rule"]


def delta_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Float[Tensor, "*batch time key"],
    values: Float[Tensor, "*batch time value"],
    rate: Float[Tensor, "*batch time"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Float[Tensor, "*batch key value"] | None = None,
    chunk_size: int = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Correct the memory at each key by a share of its error: Rescorla–Wagner as attention.

    .. math::
        S_t = \bar S_t + b_t k_t (v_t - \bar S_t^\top k_t)^\top, \qquad
        \bar S_t = \operatorname{diag}(e^{g_t}) S_{t-1}, \qquad o_t = S_t^\top q_t

    The error is taken against the decayed memory. A write multiplies the error at its own key
    by :math:`1 - b_t |k_t|^2`, so ``rate`` belongs in :math:`[0, 2/|k_t|^2]`; outside, a warning
    says so. Log-decays, lengths, chunks and states are as in `linear_attention`.

    Returns
    -------
    output, state
        As `linear_attention`.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay.
    TypeError
        Integer tensors, or dtypes or devices that differ.

    References
    ----------
    Schlag et al. 2021, "Linear transformers are secretly fast weight programmers"; Yang et al.
    2024, "Parallelizing linear transformers with the delta rule" (chunk form) and "Gated delta
    networks" (decay); Rescorla and Wagner 1972. The chunk form used here is derived in `engine`.
    """
    require_sequences(queries, keys, values, chunk_size)
    require_gate("rate", rate, keys, low=-float("inf"), high=float("inf"))
    warn_unstable_rate(rate, keys)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    size = fitting_chunk(keys.shape[-2], chunk_size)
    chunked = [to_chunks(t, size) for t in (queries, keys, values, rate[..., None])]
    rows = state.reshape(-1, *state.shape[-2:])
    if log_decay is None:
        outputs, final = _undecayed(*chunked, rows)
    else:
        require_log_decay(log_decay, keys)
        per_channel = log_decay if log_decay.ndim == keys.ndim else log_decay[..., None]
        outputs, final = _decayed(*chunked, rows, to_chunks(per_channel, size))
    output = from_chunks(outputs, values)
    require_finite_result(output, queries=queries, keys=keys, values=values, rate=rate)
    return output, final.reshape(state.shape)


def _undecayed(queries: Tensor, keys: Tensor, values: Tensor, rate: Tensor, state: Tensor):
    """Nothing fades, so entry state and earlier writes are heard at full strength."""
    coupling = (keys @ keys.mT).tril(-1)
    targets, memory_keys = corrected_writes(coupling, rate, values, keys)
    scores = (queries @ keys.mT).tril()
    carry = keys.new_ones(*keys.shape[:2], 1, 1)
    return ChunkScan.apply(queries, scores, keys, carry, targets, memory_keys, state)


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, rate: Tensor, state, log_decay):
    """Errors and outputs alike hear what the decay has left."""
    left = from_entry(log_decay)
    coupling = pairwise_scores(keys, keys, log_decay).tril(-1)
    targets, memory_keys = corrected_writes(coupling, rate, values, keys * left)
    scores = pairwise_scores(queries, keys, log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    writes = keys * to_exit(log_decay)
    return ChunkScan.apply(queries * left, scores, writes, carry, targets, memory_keys, state)
