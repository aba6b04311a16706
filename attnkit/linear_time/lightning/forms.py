"""Lightning attention token by token, and as a matrix: what the blocks must equal."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.linear_time.lightning.arguments import LogDecay, per_sequence
from attnkit.memory import linear
from attnkit.precision import outside_autocast

__all__ = ["parallel_lightning_attention", "recurrent_lightning_attention"]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
State = Annotated[Float[Tensor, "*batch key value"], Finite()]


@checked
@outside_autocast
def recurrent_lightning_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    log_decay: LogDecay,
    *,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Fade the state by a fixed factor and write a pair, token by token.

    .. math:: S_t = \lambda S_{t-1} + k_t v_t^\top, \qquad o_t = S_t^\top q_t

    The definition. Queries and keys are (..., time, key), values and reads (..., time, value);
    decay, state and mask as `lightning_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay; dtypes that differ,
        integers.

    References
    ----------
    Sun et al. 2023 (RetNet), equation 6; Qin et al. 2024.
    """
    rates = per_sequence(log_decay, keys).expand(keys.shape[:-1])
    given = {"log_decay": rates, "initial_state": initial_state, "mask": mask}
    return linear.recurrent_linear_attention(queries, keys, values, **given)


@checked
@outside_autocast
def parallel_lightning_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    log_decay: LogDecay,
    *,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Weigh all pairs by one token × token matrix of products and powers.

    .. math:: O = (Q K^\top \circ D)\, V, \qquad D_{ij} = \lambda^{i - j} \text{ for } j \le i,
              \text{ else } 0

    Quadratic in the length. Queries and keys are (..., time, key), values and reads
    (..., time, value); decay, state and mask as `lightning_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay; dtypes that differ,
        integers.

    References
    ----------
    Sun et al. 2023 (RetNet), equation 5; Qin et al. 2024.
    """
    rates = per_sequence(log_decay, keys).expand(keys.shape[:-1])
    given = {"log_decay": rates, "initial_state": initial_state, "mask": mask}
    return linear.parallel_linear_attention(queries, keys, values, **given)
