"""The chunkwise delta rule of DeltaNet, and with decay the gated delta rule."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.gpu import runs_fused
from attnkit.memory.delta.in_chunks import delta_rule_in_chunks
from attnkit.memory.shared.arguments import MOST_CHUNKED, channel_decay, counted_tokens, token_gate
from attnkit.memory.shared.stability import warn_unstable_rate
from attnkit.memory.shared.suited import unsuited

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

    The error is taken against the decayed memory. Differentiable as often as one likes, compiled
    code once. On a CUDA device a kernel answers where it has passed (`attnkit.diagnostics.paths`
    says so): it sums in float32, and rounds what it multiplies to the type of the input, the states
    between chunks too.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. The torch path computes half precision in float32,
        under autocast too.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    rate : Float[Tensor, "*batch time"]
        (..., time), :math:`b_t`, of any floating dtype: it is cast to the one the keys are computed
        in. A write multiplies the error at its own key by :math:`1 - b_t |k_t|^2`, so it belongs in
        :math:`[0, 2/|k_t|^2]`; outside, a warning says so.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key"
        :math:`g_t \le 0`, one number a token (gated delta) or one a key channel; ``-inf`` is a hard
        reset.
    initial_state : Float[Tensor, "*batch key value"], optional
        (..., key, value), what an earlier call returned; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts, as `linear_attention` explains.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two. Any length, any chunk size, same result.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and (..., key, value) in at least float32; pass
        the state as ``initial_state`` to go on where this call stopped.

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
    Schlag et al. 2021, "Linear transformers are secretly fast weight programmers"; Yang et al.
    2024, "Parallelizing linear transformers with the delta rule" (chunk form) and "Gated delta
    networks" (decay); Rescorla and Wagner 1972. The chunk form used here is derived in `engine`.
    """
    tokens = counted_tokens(queries, keys, values, mask)
    rate = token_gate("rate", rate, keys, mask)
    warn_unstable_rate(rate, tokens[1])
    if log_decay is not None:
        log_decay = channel_decay(log_decay, keys, mask)
    if runs_fused("delta_rule", keys, unsuited(tokens, log_decay, rate, initial_state)):
        from attnkit.memory.delta.fused import fused_delta_rule

        return fused_delta_rule(tokens, rate, log_decay, initial_state)
    return delta_rule_in_chunks(tokens, rate, log_decay, initial_state, chunk_size=chunk_size)
