"""The delta rule: write only what the memory gets wrong, with or without decay."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.shared.arguments import (
    MOST_CHUNKED,
    channel_decay,
    counted_tokens,
    initial_state_or_zeros,
    require_finite_results,
    token_gate,
)
from attnkit.memory.shared.chunks import fitting_chunk, from_chunks, state_rows, to_chunks
from attnkit.memory.shared.decay import from_entry, pairwise_scores, to_exit
from attnkit.memory.shared.engine import Chunks
from attnkit.memory.shared.fast_scan import scan
from attnkit.memory.shared.precision import product
from attnkit.memory.shared.stability import warn_unstable_rate
from attnkit.memory.shared.triangular import error_solver

__all__ = ["delta_rule"]


@checked
def delta_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Correct the memory at each key by a share of its error: Rescorla–Wagner as attention.

    .. math::
        S_t = \bar S_t + b_t k_t (v_t - \bar S_t^\top k_t)^\top, \qquad
        \bar S_t = \operatorname{diag}(e^{g_t}) S_{t-1}, \qquad o_t = S_t^\top q_t

    The error is taken against the decayed memory. Differentiable as often as one likes.

    Parameters
    ----------
    queries, keys, values, log_decay, initial_state, mask, chunk_size
        As in `linear_attention`.
    rate : Float[Tensor, "*batch time"]
        :math:`b_t`, of any floating dtype: it is cast to the one the keys are computed in. A write
        multiplies the error at its own key by :math:`1 - b_t |k_t|^2`, so it belongs in
        :math:`[0, 2/|k_t|^2]`; outside, a warning says so.

    Returns
    -------
    output, state
        As `linear_attention`.

    Raises
    ------
    ValueError, TypeError
        As `linear_attention`, and for a rate that is not finite.

    References
    ----------
    Schlag et al. 2021, "Linear transformers are secretly fast weight programmers"; Yang et al.
    2024, "Parallelizing linear transformers with the delta rule" (chunk form) and "Gated delta
    networks" (decay); Rescorla and Wagner 1972. The chunk form used here is derived in `engine`.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    rate = token_gate("rate", rate, keys, mask)
    warn_unstable_rate(rate, keys)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    size = fitting_chunk(keys.shape[-2], chunk_size)
    chunked = [to_chunks(t, size) for t in (queries, keys, values, rate[..., None])]
    rows = state_rows(state, keys.ndim - 2)
    if log_decay is None:
        outputs, final = _undecayed(*chunked, rows)
    else:
        decay = to_chunks(channel_decay(log_decay, keys, mask), size)
        outputs, final = _decayed(*chunked, rows, decay)
    output, final = from_chunks(outputs, values), final.reshape(state.shape)
    inputs = {"queries": queries, "keys": keys, "values": values, "rate": rate}
    require_finite_results({"output": output, "state": final}, **inputs)
    return output, final


def _undecayed(queries: Tensor, keys: Tensor, values: Tensor, rate: Tensor, state: Tensor):
    """Nothing fades, so entry state and earlier writes are heard at full strength."""
    solver = error_solver(product(keys, keys.mT).tril(-1), rate)
    scores = product(queries, keys.mT).tril()
    carry = keys.new_ones(*keys.shape[:2], 1, 1)
    error_keys = keys.view_as(keys)  # compiled code wants no tensor twice
    return scan(Chunks(queries, scores, keys, carry, values, solver, error_keys), state)


def _decayed(queries: Tensor, keys: Tensor, values: Tensor, rate: Tensor, state, log_decay):
    """Errors and outputs alike hear what the decay has left."""
    left = from_entry(log_decay)
    solver = error_solver(pairwise_scores(keys, keys, log_decay).tril(-1), rate)
    scores = pairwise_scores(queries, keys, log_decay)
    carry = log_decay.sum(-2).exp().diag_embed()
    writes = keys * to_exit(log_decay)
    return scan(Chunks(queries * left, scores, writes, carry, values, solver, keys * left), state)
