"""The windows of generalised neighbourhood attention, by the definition: which keys are near."""

from collections.abc import Callable

import torch
from jaxtyping import Bool
from torch import Tensor

from attnkit.arguments import checked
from attnkit.selection.neighbourhood.axes import (
    Causal,
    Shape,
    Sizes,
    per_axis,
    require_shape,
    require_strides,
)

__all__ = ["all_axes", "neighbourhood_keys", "window_starts"]


@checked
def neighbourhood_keys(
    shape: Shape,
    *,
    window: Sizes,
    stride: Sizes = 1,
    dilation: Sizes = 1,
    causal: Causal = False,
) -> Bool[Tensor, "query key"]:
    r"""Return which keys lie in the window of each query.

    .. math::
        K_i &= \{a_i, \dots, a_i + w - 1\}, \\
        a_i &= \operatorname{clip}\bigl(\ell_i - \lfloor w/2 \rfloor,\; 0,\; n - w\bigr), \\
        \ell_i &= \min\bigl(s \lfloor i/s \rfloor + \lfloor s/2 \rfloor,\; n - 1\bigr)

    So s neighbours share the window of one of them, their leader, and at a border the window is
    moved inside: each query has w keys, or all. On several axes a key is near where it is on each.

    Parameters
    ----------
    shape : sequence of int
        n of each axis, one to three; tokens are counted along the last axis first.
    window : int or sequence of int
        w, one for all axes or one for each.
    stride : int or sequence of int
        s, at most the window. At 1 every query has a window of its own, at w windows are blocks.
    dilation : int or sequence of int
        With D every D-th token is a sequence of its own, with windows as above.
    causal : bool or sequence of bool
        Whether later tokens of an axis are out of sight: then the last of s neighbours leads, its
        window ends with it, and each of them sees what of the window is not later than itself.

    Returns
    -------
    Tensor
        (query, key), true for the keys in a query's window.

    Raises
    ------
    ValueError, TypeError
        Sizes below one, strides longer than the window, another number of entries than axes.

    References
    ----------
    Hassani et al. 2025, arXiv:2504.16922; the leader and the borders as in the authors' code.
    """
    shape = require_shape(shape)
    names = {"window": window, "stride": stride, "dilation": dilation, "causal": causal}
    sizes = [per_axis(name, given, len(shape)) for name, given in names.items()]
    require_strides(*sizes[:2])
    return all_axes(_near, shape, *sizes)


def all_axes(near: Callable[..., Tensor], shape: tuple[int, ...], *sizes: tuple) -> Tensor:
    """The mask (query, key) of what is near on each axis, of the masks `near(length, *sizes)`."""
    whole = torch.ones(1, 1, dtype=torch.bool)
    for length, *of_axis in zip(shape, *sizes, strict=True):
        both = whole[:, None, :, None] & near(length, *of_axis)[None, :, None, :]
        whole = both.flatten(2).flatten(0, 1)
    return whole


def window_starts(
    places: Tensor, lengths: Tensor | int, window: int, stride: int, causal: bool
) -> Tensor:
    """Where the window of each place of sequences of these lengths begins."""
    lengths = torch.as_tensor(lengths, device=places.device)
    ahead = stride - 1 if causal else stride // 2
    leader = (places // stride * stride + ahead).minimum(lengths - 1)
    if causal:
        return (leader - window + 1).clamp_min(0)
    return (leader - window // 2).minimum(lengths - window).clamp_min(0)


def _near(length: int, window: int, stride: int, dilation: int, causal: bool) -> Tensor:
    """The mask (query, key) of one axis."""
    place = torch.arange(length)
    kind, within = place % dilation, place // dilation
    lengths = (length - kind + dilation - 1) // dilation
    start = window_starts(within, lengths, window, stride, causal)[:, None]
    seen = (within >= start) & (within < start + window) & (kind[:, None] == kind)
    return seen & (within <= within[:, None]) if causal else seen
