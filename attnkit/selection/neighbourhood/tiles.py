"""How many tiles of keys a tile of queries visits: what a window saves where tiles are read."""

import math
from dataclasses import dataclass
from functools import reduce

import torch
from jaxtyping import Int
from torch import Tensor

from attnkit.arguments import checked
from attnkit.selection.neighbourhood.axes import (
    Shape,
    Sizes,
    per_axis,
    require_shape,
    require_strides,
)
from attnkit.selection.neighbourhood.windows import window_starts

__all__ = ["TileCount", "count_tiles"]


@dataclass(frozen=True)
class TileCount:
    """What tiles of queries visit.

    Parameters
    ----------
    visited : Tensor
        (tile, ...): tiles of keys that each tile of queries visits; an axis for each of tokens.
    whole : int
        Tiles of keys that there are.
    bound : float
        Keys over keys in a window: what no tile can beat.
    """

    visited: Int[Tensor, "..."]
    whole: int
    bound: float

    @property
    def speed_up(self) -> float:
        """How many times fewer tiles are visited than where every query reads every key."""
        return self.whole * self.visited.numel() / max(int(self.visited.sum()), 1)


@checked
def count_tiles(
    shape: Shape,
    *,
    window: Sizes,
    tile: Sizes,
    stride: Sizes = 1,
    key_tile: Sizes | None = None,
) -> TileCount:
    r"""Count the tiles of keys that hold a key of a window of a tile of queries.

    .. math::
        \frac{\sum_{Q} |\{\text{all } C\}|}
             {\sum_Q |\{ C : C \cap K_i \ne \varnothing \text{ for an } i \in Q \}|}
        \;\le\; \prod_{\text{axes}} \frac{n}{w}

    A tile is read whole or not at all, so that a window whose ends cut tiles is read with waste. On
    several axes the counts multiply.

    Parameters
    ----------
    shape : sequence of int
        Lengths of one to three axes, each at least 1; a last tile may be cut.
    window, stride : int or sequence of int
        As in `neighbourhood_keys`.
    tile : int or sequence of int
        How long tiles of queries are.
    key_tile : int or sequence of int, optional
        The same of keys, where it is another.

    Returns
    -------
    TileCount
        Counts, and from them the speed-up and its bound; for tiles that cover the axes whole the
        one never exceeds the other.

    Raises
    ------
    ValueError, TypeError
        As `neighbourhood_keys`; an axis without tokens.

    References
    ----------
    Hassani et al. 2025, arXiv:2504.16922, whose simulator counts tiles too.
    """
    shape = require_shape(shape)
    if not all(shape):
        raise ValueError(f"shape must have axes of at least one token, got {shape}")
    names = {"window": window, "stride": stride, "tile": tile}
    names["key_tile"] = tile if key_tile is None else key_tile
    sizes = [per_axis(name, given, len(shape)) for name, given in names.items()]
    require_strides(*sizes[:2])
    counts = reduce(_outer, map(_visited, shape, *sizes))
    bound = math.prod(n / min(n, wide) for n, wide in zip(shape, sizes[0], strict=True))
    whole = math.prod(-(-n // long) for n, long in zip(shape, sizes[3], strict=True))
    return TileCount(counts, whole, bound)


def _outer(one: Tensor, other: Tensor) -> Tensor:
    return one[..., None] * other


def _visited(length: int, window: int, stride: int, tile: int, key_tile: int) -> Tensor:
    """Tiles that each tile of queries visits on one axis: from its first key to its last."""
    first = torch.arange(0, length, tile)
    ends = torch.stack([first, (first + tile).clamp_max(length) - 1])
    starts = window_starts(ends, length, window, stride, False)
    last = (starts[1] + window).clamp_max(length) - 1
    return last // key_tile - starts[0] // key_tile + 1
