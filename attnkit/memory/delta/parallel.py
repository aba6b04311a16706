"""The delta rule as one triangular system over the whole sequence: what the loop solves."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.shared.arguments import (
    initial_state_or_zeros,
    log_decay_or_zeros,
    require_finite_results,
    token_gate,
    wide_tokens,
)
from attnkit.memory.shared.whole import from_start, left_of, scores_between

__all__ = ["parallel_delta_rule"]


@checked
def parallel_delta_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Solve for all corrections at once, then add them as linear attention adds values.

    .. math::
        (I + \operatorname{diag}(b) L)\, U &= \operatorname{diag}(b)\, V, \\
        L_{ij} &= (K K^\top \circ D)_{ij} \text{ for } j < i, \qquad O = (Q K^\top \circ D)\, U

    with D as in `parallel_linear_attention`. What a token writes is a share of its value less what
    earlier writes say at its key; written out for all tokens that is a unit lower triangular
    system. What `delta_rule` must equal; quadratic in the length, to be read and compared with.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    rate : Float[Tensor, "*batch time"]
        :math:`b_t`, (..., time).
    log_decay : Float[Tensor, "*batch time"] or "*batch time key", optional
        One number a token, (..., time), or one a key channel, (..., time, key).
    initial_state : Float[Tensor, "*batch key value"], optional
        (..., key, value); what it says at a key is taken from that key's value. Zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.

    Returns
    -------
    output, state
        (..., time, value) and (..., key, value).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay; dtypes that differ,
        integers.

    References
    ----------
    Yang et al. 2024, "Parallelizing linear transformers with the delta rule", sec. 3.2, for the
    inverse within a chunk; over a whole sequence with decay and a state: derived here.
    """
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    rates, decay = token_gate("rate", rate, keys, mask), log_decay_or_zeros(log_decay, keys, mask)
    left, from_before = left_of(decay), from_start(decay)
    errors_alone = rates * (values - (keys * from_before) @ state)
    system = rates * scores_between(keys, keys, left).tril(-1)
    corrections = torch.linalg.solve_triangular(
        system, errors_alone, upper=False, unitriangular=True
    )
    output = scores_between(queries, keys, left) @ corrections + (queries * from_before) @ state
    kept = from_before[..., -1, :, None] * state
    state = (keys * left[..., -1, :, :]).mT @ corrections + kept
    results = {"output": output, "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return output, state
