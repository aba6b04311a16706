"""Taylor attention as a loop and as a matrix: linear attention's own, behind the features."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.based.taylor import taylor_tokens
from attnkit.memory.linear import (
    parallel_normalised_linear_attention,
    recurrent_normalised_linear_attention,
)

__all__ = ["parallel_taylor_attention", "recurrent_taylor_attention"]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Counts = Bool[Tensor, "*batch time"]


@checked
def recurrent_taylor_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Write and read Taylor features token by token: what `taylor_attention` must equal.

    .. math:: [S\; z] \leftarrow [S\; z] + \phi(k_t)\, [v_t\; 1]^\top, \qquad
              o_t = S^\top \phi(q_t) / z^\top \phi(q_t)

    Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `taylor_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Arora et al. 2024 (Based); Katharopoulos et al. 2020, eqs. 16-20.
    """
    tokens = taylor_tokens(queries, keys, values, mask)
    return recurrent_normalised_linear_attention(*tokens, initial_state=initial_state, mask=mask)


@checked
def parallel_taylor_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average by a matrix of products of Taylor features: what `taylor_attention` must equal.

    .. math:: A_{ij} = \phi(q_i) \cdot \phi(k_j) = 1 + s_{ij} + s_{ij}^2 / 2
              \text{ for } j \le i, \text{ else } 0

    Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `taylor_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Arora et al. 2024 (Based).
    """
    tokens = taylor_tokens(queries, keys, values, mask)
    return parallel_normalised_linear_attention(*tokens, initial_state=initial_state, mask=mask)
