"""Chunkwise linear attention, with the decay of RetNet, Mamba-2 and gated linear attention."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.gpu import runs_fused
from attnkit.memory.linear.in_chunks import linear_attention_in_chunks
from attnkit.memory.shared.arguments import MOST_CHUNKED, channel_decay, counted_tokens
from attnkit.memory.shared.suited import unsuited

__all__ = ["linear_attention"]


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
    r"""Unnormalised linear attention: write every value at its key, then read with the query.

    .. math:: S_t = \operatorname{diag}(e^{g_t}) S_{t-1} + k_t v_t^\top, \qquad o_t = S_t^\top q_t

    The Hebbian memory. Nothing is scaled or divided by a sum of weights;
    `normalised_linear_attention` is the one that averages. Differentiable as often as one likes,
    compiled code once. On a CUDA device a kernel answers where it has passed
    (`attnkit.diagnostics.paths` says so): it sums in float32, multiplies float32 as three products
    of TF32 parts, and rounds what it multiplies to bfloat16 where the input is, or to TF32 next to
    float16.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. The torch path computes half precision in float32,
        under autocast too.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key"
        :math:`g_t \le 0`, one number a token (RetNet, Lightning, Mamba-2) or one a key channel
        (gated linear attention); ``-inf`` is a hard reset. Any floating dtype: it is cast to the
        one the keys are computed in.
    initial_state : Float[Tensor, "*batch key value"], optional
        (..., key, value), what an earlier call returned; zeros else.
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
    tokens = counted_tokens(queries, keys, values, mask)
    if log_decay is not None:
        log_decay = channel_decay(log_decay, keys, mask)
    if runs_fused("linear_attention", keys, unsuited(tokens, log_decay, initial_state)):
        from attnkit.memory.linear.fused import fused_linear_attention

        return fused_linear_attention(tokens, log_decay, initial_state)
    return linear_attention_in_chunks(tokens, log_decay, initial_state, chunk_size=chunk_size)
