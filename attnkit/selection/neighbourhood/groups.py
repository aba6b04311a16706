"""Queries that share their keys: gathered once for all of them, and read by softmax."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.masks import require_finite_where_attended
from attnkit.selection.neighbourhood.windows import window_starts

__all__ = ["Groups", "halo_groups", "product", "read_groups", "window_groups"]


@dataclass(frozen=True)
class Groups:
    """Groups of one axis or several: what is invalid points anywhere, and is not seen.

    Parameters
    ----------
    queries, keys : Tensor
        (group, member) and (group, slot): which tokens they are.
    seen : Tensor
        (group, member, slot): whether this query sees this key.
    place : Tensor
        (token,): where a token stands among all members, group after group.
    full : bool
        Whether sizes alone say that every query sees every slot, so that no mask is needed.
    """

    queries: Tensor
    keys: Tensor
    seen: Tensor
    place: Tensor
    full: bool


def window_groups(length: int, window: int, stride: int, dilation: int, causal: bool) -> Groups:
    """The groups of `neighbourhood_keys` on one axis: every so many neighbours share a window."""
    longest = -(-length // dilation)
    n_groups, size = -(-longest // stride), min(stride, longest)
    kind = torch.arange(dilation)[:, None, None]
    lengths = (length - kind + dilation - 1) // dilation
    first = stride * torch.arange(n_groups)[:, None]
    within = first + torch.arange(size)
    start = window_starts(first, lengths, window, stride, causal)
    slots = start + torch.arange(min(window, longest))
    seen = (within < lengths)[..., :, None] & (slots < lengths)[..., None, :]
    if causal:
        seen = seen & (slots[..., None, :] <= within[..., :, None])
    token = torch.arange(length)
    of_kind = token // dilation
    group = token % dilation * n_groups + of_kind // stride
    return Groups(
        _inside(within * dilation + kind, length).flatten(0, 1),
        _inside(slots * dilation + kind, length).flatten(0, 1),
        seen.flatten(0, 1),
        group * size + of_kind % stride,
        not causal and length % (stride * dilation) == 0 and window * dilation <= length,
    )


def halo_groups(length: int, block: int, halo: int) -> Groups:
    """Blocks of one axis, and what lies around each as far as the halo reaches."""
    size, around = min(block, length), min(halo, length)
    first = block * torch.arange(-(-length // block))[:, None]
    within = first + torch.arange(size)
    slots = first - around + torch.arange(size + 2 * around)
    exists = (slots >= 0) & (slots < length)
    seen = (within < length)[..., :, None] & exists[..., None, :]
    queries, keys = (_inside(each, length) for each in (within, slots))
    full = halo == 0 and length % block == 0
    return Groups(queries, keys, seen, torch.arange(length), full)


def _inside(tokens: Tensor, length: int) -> Tensor:
    return tokens.clamp(0, max(length - 1, 0))


def product(one: Groups, other: Groups) -> Groups:
    """The groups of two axes, of which the other's tokens are counted first."""
    n_tokens, n_groups = len(other.place), len(other.queries)
    sizes = one.queries.shape[-1], other.queries.shape[-1]
    group, member = _split(one.place[:, None], sizes[0])
    of_group, of_member = _split(other.place, sizes[1])
    seen = one.seen[:, None, :, None, :, None] & other.seen[None, :, None, :, None, :]
    return Groups(
        _pairs(one.queries, other.queries, n_tokens),
        _pairs(one.keys, other.keys, n_tokens),
        seen.flatten(4).flatten(2, 3).flatten(0, 1),
        (
            (group * n_groups + of_group) * math.prod(sizes) + member * sizes[1] + of_member
        ).flatten(),
        one.full and other.full,
    )


def _split(place: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Group and member of a place; no place is split where groups are empty."""
    return place // max(size, 1), place % max(size, 1)


def _pairs(one: Tensor, other: Tensor, n_tokens: int) -> Tensor:
    """Tokens (group, member) of two axes together."""
    both = one[:, None, :, None] * n_tokens + other[None, :, None, :]
    return both.flatten(2).flatten(0, 1)


def read_groups(
    queries: Tensor, keys: Tensor, values: Tensor, groups: Groups, mask: Tensor | None
) -> Tensor:
    """Softmax attention (..., token, channel) of every group over its keys.

    Raises
    ------
    ValueError
        For NaN or an infinity where the mask counts a token.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    scale = 1 / math.sqrt(max(queries.shape[-1], 1))
    named = {"queries": queries, "keys": keys, "values": values}
    named = {k: require_finite_where_attended(k, t, mask).to(dtype) for k, t in named.items()}
    q = _gathered(named["queries"] * scale, groups.queries)
    k, v = (_gathered(named[name], groups.keys) for name in ("keys", "values"))
    seen = None if groups.full and mask is None else groups.seen.to(q.device)
    if mask is not None:
        of_query, of_key = (mask[..., at] for at in (groups.queries, groups.keys))
        seen = seen & of_query[..., :, None] & of_key[..., None, :]
    reads = (softmax(q @ k.mT, mask=seen) @ v).flatten(-3, -2)
    return reads.index_select(-2, groups.place.to(reads.device)).to(queries.dtype)


def _gathered(tokens: Tensor, at: Tensor) -> Tensor:
    """Tokens (..., group, member, feature)."""
    return tokens.index_select(-2, at.flatten().to(tokens.device)).unflatten(-2, at.shape)
