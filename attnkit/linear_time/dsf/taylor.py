"""Attention by the exponential's Taylor polynomial of any even order: softmax as a limit."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.dsf.counts import MOST_FEATURES, Order, taylor_state_size
from attnkit.memory import normalised_linear_attention
from attnkit.validate import require_finite

__all__ = [
    "EvenOrder",
    "Keys",
    "Queries",
    "State",
    "Values",
    "expanded",
    "power_features",
    "taylor_order_attention",
    "taylor_tokens",
]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
State = Annotated[Float[Tensor, "*batch feature value+1"], Finite()]
EvenOrder = Annotated[int, Range(2, 64)]


@checked
def power_features(
    x: Annotated[Float[Tensor, "*batch d"], Finite()], order: Order = 2
) -> Float[Tensor, "*batch feature"]:
    r"""Expand the softmax kernel up to any order, each monomial of the coordinates once.

    .. math:: \phi(x)_\alpha = \frac{x^\alpha}{d^{|\alpha|/4} \sqrt{\alpha!}}, \quad |\alpha| \le p,
              \qquad \phi(q) \cdot \phi(k) = \sum_{m=0}^{p} \frac{(q \cdot k/\sqrt d)^m}{m!}

    Parameters
    ----------
    x : Tensor
        Queries or keys (..., d). Half precision is computed in float32.
    order : int
        p, at most 64, and such that there are at most 1,048,576 features.

    Returns
    -------
    Tensor
        (..., feature), `taylor_state_size` of them, by degree.

    Raises
    ------
    ValueError
        NaN or infinity, no coordinate, too many features, powers that overflow the dtype.
    TypeError
        Anything but a floating-point tensor.

    References
    ----------
    Derived here by the multinomial theorem; at order two the features of Arora et al. 2024.
    """
    return expanded("x", x, order)


def expanded(name: str, x: Tensor, order: int) -> Tensor:
    """`power_features` of what the caller's caller named so."""
    d = x.shape[-1]
    if d == 0:
        raise ValueError(f"{name} must have at least one feature, got shape {tuple(x.shape)}")
    if taylor_state_size(d, order) > MOST_FEATURES:
        size = taylor_state_size(d, order)
        raise ValueError(f"order must be such that there are 2^20 features at most, got {size:,}")
    scaled = x.to(torch.promote_types(x.dtype, torch.float32)) / d**0.25
    features = torch.cat([torch.ones_like(scaled[..., :1]), *_monomials(scaled, order)], -1)
    features = features.to(x.dtype)
    require_finite(f"the powers of {name}", features)
    return features


def _monomials(x: Tensor, order: int) -> list[Tensor]:
    """Monomials over the root of α!, by degree and in each by their last coordinate.

    A coordinate times all monomials of one degree less that end no later; its own power grows by
    one in those that end with it, and the factorial by that.
    """
    columns = x.split(1, -1)
    blocks, powers = [*columns], [x.new_ones(1) for _ in columns]
    made = [*blocks] if order else []
    for _ in range(1, order):
        longer, higher = [], []
        for j, column in enumerate(columns):
            earlier = [torch.ones_like(power) for power in powers[:j]]
            power = torch.cat([*earlier, powers[j] + 1])
            longer.append(column * torch.cat(blocks[: j + 1], -1) * power.rsqrt())
            higher.append(power)
        blocks, powers = longer, higher
        made += blocks
    return made


@checked
def taylor_order_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    order: EvenOrder = 4,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average all values so far by an even Taylor polynomial of the softmax kernel.

    .. math:: o_i = \frac{\sum_{j \le i} T_p(s_{ij})\, v_j}{\sum_{j \le i} T_p(s_{ij})}, \qquad
              T_p(s) = \sum_{m=0}^{p} \frac{s^m}{m!}, \quad s_{ij} = q_i \cdot k_j / \sqrt d

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    order : int
        p, even, so that every weight is positive.
    initial_state : Tensor, optional
        ``[S z]`` of the features, as returned; zeros else.
    mask : Tensor, optional
        (..., time), true where a token counts; elsewhere the state stays and zero is read.

    Returns
    -------
    output, state
        (..., time, value) in the input's dtype and ``[S z]``, (..., feature, value + 1).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, an odd order or one with too many features, NaN or
        infinity; dtypes that differ, integers.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731, for softmax as a limit; Arora et al. 2024 for order two.
    """
    q, k, v = taylor_tokens(queries, keys, values, order, mask)
    output, state = normalised_linear_attention(q, k, v, initial_state=initial_state, mask=mask)
    return output.to(values.dtype), state


def taylor_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, order: int, mask: Tensor | None
) -> list[Tensor]:
    """Features of queries and keys, and the values, in at least float32 and zero where masked."""
    if order % 2:
        raise ValueError(f"order must be even, got {order}")
    tokens = []
    for name, tensor in (("queries", queries), ("keys", keys), ("values", values)):
        if mask is not None:
            tensor = torch.where(mask[..., None], tensor, 0.0)
        require_finite(name, tensor)
        wide = tensor.to(torch.promote_types(tensor.dtype, torch.float32))
        tokens.append(wide if name == "values" else expanded(name, wide, order))
    return tokens
