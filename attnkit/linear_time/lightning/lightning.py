"""Lightning attention in blocks: a matrix of fixed powers within, one state between them."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.lightning.arguments import LogDecay, Sequences, per_sequence, sequences
from attnkit.memory import linear_attention
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["lightning_attention"]


@checked
@outside_autocast
def lightning_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    log_decay: LogDecay,
    *,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    block_size: Annotated[int, Range(1, 65536)] = 64,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Sum all pairs so far, each worth a fixed factor less for every token since, and read them.

    .. math:: o_i = \sum_{j \le i} \lambda^{i - j} (q_i \cdot k_j)\, v_j, \qquad
              \lambda = e^{\ell} \le 1

    It is `attnkit.memory.linear_attention` with one decay for all tokens of a head. As the decay
    is known, the powers within a block are one small matrix for the whole sequence. They are
    taken of distances, never as quotients of powers, so that no decay overflows.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Half precision is computed in float32.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    log_decay : float or Tensor
        ℓ, at most 0: a number, or one that broadcasts to (...), such as the (head,) of
        `lightning_log_decay` for tokens (batch, head, time, feature).
    initial_state : Float[Tensor, "*batch key value"], optional
        What an earlier call returned; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts. Elsewhere the state stays as it is and zero is read: distances
        are then counted in tokens that count, and `linear_attention` computes it.
    block_size : int
        Tokens of a block, from 1 to 65,536. Any size, same result.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and (..., key, value) in at least float32.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay, and finite inputs
        whose sums overflow their dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries, a
        mask that is not bool.

    References
    ----------
    Qin et al. 2024, "Lightning Attention-2", abstract read, and "Various lengths, constant speed".
    """
    rate = per_sequence(log_decay, keys)
    if mask is not None:
        rates = rate.expand(keys.shape[:-1])
        return linear_attention(
            queries, keys, values, log_decay=rates, initial_state=initial_state, mask=mask
        )
    given = sequences(queries, keys, values, initial_state)
    output, state = _in_blocks(given, rate[..., None], block_size)
    require_finite_results(
        {"output": output, "state": state}, queries=queries, keys=keys, values=values
    )
    return output.to(values.dtype), state


def _in_blocks(given: Sequences, rate: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Block after block, whole ones and then a short one: what is at work stays in the cache."""
    n_tokens, state, outputs = given.keys.shape[-2], given.state, []
    tables = {}
    for q, k, v in zip(*(t.split(size, -2) for t in given.tokens), strict=True):
        length = q.shape[-2]
        if length not in tables:
            tables[length] = _powers(rate, length)
        since_entry, within, to_exit, kept = tables[length]
        outputs.append((q * since_entry) @ state + ((q @ k.mT) * within) @ v)
        state = kept * state + (k * to_exit).mT @ v
    return torch.cat(outputs, -2) if n_tokens > size else outputs[0], state


def _powers(rate: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What is left since a block's entry, between its tokens, at its exit, and of the state."""
    place = torch.arange(size, device=rate.device, dtype=rate.dtype)[:, None]
    distance = place - place.mT
    within = (rate * distance.clamp_min(0)).exp() * (distance >= 0)
    since_entry, to_exit = (rate * (place + 1)).exp(), (rate * place.flip(0)).exp()
    return since_entry, within, to_exit, (rate * size).exp()
