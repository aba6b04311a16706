"""Linear attention behind the second-order Taylor map: the half of Based that remembers all."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.feature_maps.based import expansion
from attnkit.memory.linear import normalised_linear_attention
from attnkit.memory.shared.arguments import MOST_CHUNKED, finite_tokens

__all__ = ["taylor_attention", "taylor_tokens"]


@checked
def taylor_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    initial_state: Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average all values so far by the second-order Taylor polynomial of the softmax kernel.

    .. math:: o_i = \frac{\sum_{j \le i} T(s_{ij})\, v_j}{\sum_{j \le i} T(s_{ij})}, \qquad
              T(s) = 1 + s + \tfrac{s^2}{2}, \quad s_{ij} = q_i \cdot k_j / \sqrt d

    T is at least 1/2, so that no sign of the scores is a trouble, and symmetric about s = −1: a key
    at −4 weighs as much as one at 2.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token; narrow ones, 16 in the paper, as the state has
        1 + d + d (d + 1) / 2 rows.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    initial_state : Float[Tensor, "*batch feature value+1"], optional
        ``[S z]`` of the features, as returned; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]`` in at least float32.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, and inputs whose squares overflow.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries, a
        mask that is not bool.

    References
    ----------
    Arora et al. 2024, "Simple linear attention language models balance the recall-throughput
    tradeoff"; features packed as `attnkit.memory.taylor_features` has them.
    """
    queries, keys, wide = taylor_tokens(queries, keys, values, mask)
    output, state = normalised_linear_attention(
        queries, keys, wide, initial_state=initial_state, mask=mask, chunk_size=chunk_size
    )
    return output.to(values.dtype), state


def taylor_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Taylor features of queries and keys that count, and the values, in at least float32."""
    queries, keys, values = finite_tokens(queries, keys, values, mask)
    return expansion("queries", queries), expansion("keys", keys), values
