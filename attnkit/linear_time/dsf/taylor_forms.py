"""Taylor attention of any even order as a state-space loop, and as a matrix of polynomials."""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.linear_time.dsf.system import dynamical_system
from attnkit.linear_time.dsf.taylor import (
    EvenOrder,
    Keys,
    Queries,
    State,
    Values,
    taylor_tokens,
)
from attnkit.precision import outside_autocast

__all__ = ["parallel_taylor_order_attention", "recurrent_taylor_order_attention"]

Counts = Bool[Tensor, "*batch time"]


@checked
@outside_autocast
def recurrent_taylor_order_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    order: EvenOrder = 4,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Run Taylor attention as a `dynamical_system`: what `taylor_order_attention` must equal.

    .. math:: h_t = h_{t-1} + \phi_p(k_t)\, [v_t\; 1]^\top, \qquad
              [r_t\; \eta_t] = \phi_p(q_t)^\top h_t, \qquad o_t = r_t / \eta_t

    Queries and keys are (..., time, key), values and reads (..., time, value); state and mask as
    `taylor_order_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, an odd order, NaN or infinity; dtypes that differ.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731.
    """
    q, k, v = taylor_tokens(queries, keys, values, order, mask)
    extended = torch.cat([v, torch.ones_like(v[..., :1])], -1)
    stay = torch.ones_like(k[..., :1, None])
    sums, state = dynamical_system(
        stay, k[..., None], q[..., None], extended, initial_state=initial_state, mask=mask
    )
    return _average(sums).to(values.dtype), state


@checked
@outside_autocast
def parallel_taylor_order_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    order: EvenOrder = 4,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average by a matrix of polynomials of the scores: what `taylor_order_attention` must equal.

    .. math:: W_{ij} = \sum_{m=0}^{p} \frac{s_{ij}^m}{m!} \text{ for } j \le i, \text{ else } 0

    Features are made only for the state. Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `taylor_order_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, an odd order, NaN or infinity; dtypes that differ.

    References
    ----------
    Arora et al. 2024 for order two.
    """
    q, k, v = taylor_tokens(queries, keys, values, order, mask)
    extended = torch.cat([v, torch.ones_like(v[..., :1])], -1)
    # The first features after the one are the coordinates over d to the power 1/4.
    width = queries.shape[-1]
    scores = q[..., 1 : width + 1] @ k[..., 1 : width + 1].mT
    weights = _polynomial(scores, order).tril()
    if mask is not None:
        weights = weights * (mask[..., None] & mask[..., None, :])
        k, q = k * mask[..., None], q * mask[..., None]
    sums, state = weights @ extended, k.mT @ extended
    if initial_state is not None:
        sums, state = sums + q @ initial_state.to(q), state + initial_state
    return _average(sums).to(values.dtype), state


def _polynomial(scores: Tensor, order: int) -> Tensor:
    return sum((scores**m / math.factorial(m) for m in range(1, order + 1)), scores**0)


def _average(sums: Tensor) -> Tensor:
    totals, weights = sums[..., :-1], sums[..., -1:]
    return totals / weights.masked_fill(weights == 0, 1.0)
