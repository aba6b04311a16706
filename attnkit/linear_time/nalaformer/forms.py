"""NaLaFormer's causal attention as a loop and as a matrix: linear attention's, behind the maps."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.linear_time.nalaformer.attention import nala_tokens
from attnkit.linear_time.nalaformer.features import Power
from attnkit.memory import linear
from attnkit.precision import outside_autocast

__all__ = ["parallel_nala_attention", "recurrent_nala_attention"]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
State = Float[Tensor, "*batch feature value+1"]
Counts = Bool[Tensor, "*batch time"]


@checked
@outside_autocast
def recurrent_nala_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    power: Power = 3.0,
    initial_state: Annotated[State, Finite()] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], State]:
    r"""Write and read the features token by token: what `nala_attention` must equal.

    .. math:: [S\; z] \leftarrow [S\; z] + \psi(k_t)\, [v_t\; 1]^\top, \qquad
              c_t = S^\top \phi(q_t) / z^\top \phi(q_t)

    Queries and keys are (..., time, key), values and reads (..., time, value); state and mask as
    `nala_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no feature, NaN, infinity; dtypes that differ, integers.

    References
    ----------
    Meng et al. 2025 (arXiv:2506.21137) for the maps; Katharopoulos et al. 2020, eqs. 16-20.
    """
    tokens = nala_tokens(queries, keys, values, mask, power)
    output, state = linear.recurrent_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return output.to(values.dtype), state


@checked
@outside_autocast
def parallel_nala_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    power: Power = 3.0,
    initial_state: Annotated[State, Finite()] | None = None,
    mask: Counts | None = None,
) -> tuple[Float[Tensor, "*batch time value"], State]:
    r"""Average by a matrix of products of the features: what `nala_attention` must equal.

    .. math:: A_{ij} = \phi(q_i) \cdot \psi(k_j) \text{ for } j \le i, \text{ else } 0

    Queries and keys are (..., time, key), values and reads (..., time, value); state and mask as
    `nala_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no feature, NaN, infinity; dtypes that differ, integers.

    References
    ----------
    Meng et al. 2025 (arXiv:2506.21137) for the maps.
    """
    tokens = nala_tokens(queries, keys, values, mask, power)
    output, state = linear.parallel_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return output.to(values.dtype), state
