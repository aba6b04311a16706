"""A set of keys cut into shards: what each must tell of itself so that the whole can be read."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.aaren.triples import Triple, merged, of_tokens, read, widened
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["merge_shards", "shard_read", "shard_state"]

State = tuple[
    Annotated[Float[Tensor, "*batch"], Finite(minus_inf=True)],
    Annotated[Float[Tensor, "*batch"], Range(low=0.0)],
    Annotated[Float[Tensor, "*batch value"], Finite()],
]


@checked
@outside_autocast
def shard_state(
    scores: Float[Tensor, "*batch key"],
    values: Annotated[Float[Tensor, "*batch key value"], Like("scores")],
    mask: Bool[Tensor, "*batch key"] | None = None,
) -> tuple[Float[Tensor, "*batch"], Float[Tensor, "*batch"], Float[Tensor, "*batch value"]]:
    r"""Return what a shard of keys tells of itself: three things, however many keys it has.

    .. math:: m = \max_j s_j, \qquad u = \sum_j e^{s_j - m}, \qquad w = \sum_j e^{s_j - m}\, v_j

    Parameters
    ----------
    scores : Float[Tensor, "*batch key"]
        (..., key), any number of keys; −inf is a key that is not there.
    values : Float[Tensor, "*batch key value"]
        (..., key, value).
    mask : Bool[Tensor, "*batch key"], optional
        True where a key is there; what is masked is never looked at.

    Returns
    -------
    largest, weight, total
        (...), (...) and (..., value), in at least float32; −inf, 0 and 0 where no key is there.
        No gradient flows through the largest score, on which no read depends.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or +inf; dtypes that differ, integers.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN"; of shards, derived here.
    """
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    require_finite("scores", scores, allow_minus_inf=True)
    values = require_finite_where_attended("values", values, mask)
    each = of_tokens(*widened(scores, values), mask)
    largest = scores.new_full(each.weight.shape[:-1], -torch.inf, dtype=each.weight.dtype)
    if each.weight.shape[-1]:
        largest = each.largest.amax(-1)
    shares = (each.largest - torch.where(largest > -torch.inf, largest, 0.0)[..., None]).exp()
    total = (shares[..., None, :] @ each.total)[..., 0, :]
    return largest, (shares * each.weight).sum(-1), total


@checked
def merge_shards(
    one: State, other: State
) -> tuple[Float[Tensor, "*batch"], Float[Tensor, "*batch"], Float[Tensor, "*batch value"]]:
    r"""Return what two shards together tell of themselves, from what each does.

    .. math::
        m &= \max(m_1, m_2), \\
        u &= e^{m_1 - m} u_1 + e^{m_2 - m} u_2, \\
        w &= e^{m_1 - m} w_1 + e^{m_2 - m} w_2

    Associative and commutative, with (−inf, 0, 0) as the shard that has no key.

    Parameters
    ----------
    one, other : tuple of Tensor
        Largest score (...), sum of exponentials (...) and sum of values (..., value).

    Returns
    -------
    largest, weight, total
        The same of the union.

    Raises
    ------
    ValueError, TypeError
        Shapes that differ, NaN or +inf, a negative weight; no tensors of floating point.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN".
    """
    return tuple(merged(Triple(*one), Triple(*other)))


@checked
def shard_read(state: State) -> Float[Tensor, "*batch value"]:
    r"""Return what softmax attention reads of the keys that a state is made of.

    .. math:: o = w / u

    Parameters
    ----------
    state : tuple of Tensor
        Largest score (...), sum of exponentials (...) and sum of values (..., value).

    Returns
    -------
    Tensor
        (..., value); zeros where there was no key.

    Raises
    ------
    ValueError, TypeError
        Shapes that differ, NaN or +inf, a negative weight; no tensors of floating point.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN".
    """
    return read(Triple(*state))
