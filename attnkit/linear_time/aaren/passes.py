"""How often softmax attention must look at a row: three ways to read it."""

from collections.abc import Callable, Iterator
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.linear_time.aaren.counted import Counted
from attnkit.linear_time.aaren.shards import shard_state
from attnkit.linear_time.aaren.triples import Triple, merged, read
from attnkit.precision import outside_autocast

__all__ = ["read_in_one_pass", "read_in_three_passes", "read_in_two_passes"]

BlockSize = Annotated[int, Range(1, 65536)]


@checked
@outside_autocast
def read_in_three_passes(
    scores: Counted, values: Counted, block_size: BlockSize = 1
) -> Float[Tensor, "value"]:
    r"""Read by softmax as its formula is written: the maximum, the sum, the weighted values.

    .. math:: m = \max_j s_j; \qquad u = \sum_j e^{s_j - m}; \qquad
              o = \sum_j \frac{e^{s_j - m}}{u}\, v_j

    Parameters
    ----------
    scores, values : Counted
        (key,) and (key, value), at least one key.
    block_size : int
        Keys that are read at once.

    Returns
    -------
    Tensor
        (value,). Each score was read three times, each value once.

    Raises
    ------
    ValueError, TypeError
        Scores and values of other lengths or dimensions, no key; no arrays that count.

    References
    ----------
    Nayak et al. 2024, "FuseMax", abstract read; the counts are derived here.
    """
    blocks = _blocks(scores, values, block_size)
    largest = torch.stack([scores[each].amax() for each in blocks()]).amax()
    weight = sum((scores[each] - largest).exp().sum() for each in blocks())
    return sum((scores[each] - largest).exp() / weight @ values[each] for each in blocks())


@checked
@outside_autocast
def read_in_two_passes(
    scores: Counted, values: Counted, block_size: BlockSize = 1
) -> Float[Tensor, "value"]:
    r"""Read by softmax with a running maximum: maximum and sum together, then the values.

    .. math:: u \leftarrow e^{m - m'} u + e^{s_j - m'}, \qquad m' = \max(m, s_j); \qquad
              o = \sum_j \frac{e^{s_j - m}}{u}\, v_j

    Parameters
    ----------
    scores, values : Counted
        (key,) and (key, value), at least one key.
    block_size : int
        Keys that are read at once.

    Returns
    -------
    Tensor
        (value,). Each score was read twice, each value once.

    Raises
    ------
    ValueError, TypeError
        Scores and values of other lengths or dimensions, no key; no arrays that count.

    References
    ----------
    Milakov and Gimelshein 2018; Nayak et al. 2024, "FuseMax", abstract read.
    """
    blocks = _blocks(scores, values, block_size)
    parts = (scores[each] for each in blocks())
    sums = _together(shard_state(part, part.new_zeros(len(part), 0)) for part in parts)
    shares = ((scores[each] - sums.largest).exp() / sums.weight for each in blocks())
    return sum(share @ values[each] for share, each in zip(shares, blocks(), strict=True))


@checked
@outside_autocast
def read_in_one_pass(
    scores: Counted, values: Counted, block_size: BlockSize = 1
) -> Float[Tensor, "value"]:
    r"""Read by softmax with a running maximum, a running sum and a running sum of values.

    .. math:: (m, u, w) \leftarrow (m, u, w) \oplus (s_j, 1, v_j); \qquad o = w / u

    Parameters
    ----------
    scores, values : Counted
        (key,) and (key, value), at least one key.
    block_size : int
        Keys that are read at once.

    Returns
    -------
    Tensor
        (value,). Each score and each value was read once.

    Raises
    ------
    ValueError, TypeError
        Scores and values of other lengths or dimensions, no key; no arrays that count.

    References
    ----------
    Nayak et al. 2024, "FuseMax", abstract read; Dao et al. 2022 (FlashAttention) reads so.
    """
    blocks = _blocks(scores, values, block_size)
    return read(_together(shard_state(scores[each], values[each]) for each in blocks()))


def _blocks(scores: Counted, values: Counted, size: int) -> Callable[[], Iterator[slice]]:
    """The blocks of keys in order, as often as they are asked for."""
    if scores.n_dims != 1 or values.n_dims != 2 or not len(scores) == len(values) > 0:
        raise ValueError(
            "scores and values must be (key,) and (key, value) with at least one key, got "
            f"{scores.n_dims} and {values.n_dims} dimensions, {len(scores)} and {len(values)} keys"
        )
    return lambda: (slice(at, at + size) for at in range(0, len(scores), size))


def _together(states: Iterator[tuple]) -> Triple:
    """All merged, one after another, each once."""
    so_far = Triple(*next(states))
    for state in states:
        so_far = merged(so_far, Triple(*state))
    return so_far
