"""Softmax attention that computes the kept blocks of keys and no others."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.selection.shared.blocks import Size, require_blocks
from attnkit.selection.shared.gathered import read_blocks

__all__ = ["block_attention"]


@checked
@outside_autocast
def block_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    blocks: Bool[Tensor, "*#batch query_block key_block"],
    *,
    query_size: Size,
    key_size: Size,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return softmax attention over the keys of kept blocks, whose cost is theirs alone.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        K_i = \{ j : B_{\lfloor i / s_q \rfloor \lfloor j / s_k \rfloor} = 1 \}

    This is `kept_attention` with the pairs of `kept_pairs`, in values and gradients. Rows of blocks
    that keep as many are computed together, so that no block is added to fill another row up.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value), of one dtype.
    blocks : Tensor
        B, (..., query block, key block), true for the pairs of blocks that are computed.
    query_size, key_size : int
        :math:`s_q` and :math:`s_k`, tokens in a block; the last may be shorter.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended.

    Returns
    -------
    Tensor
        (..., query, d_value) of the queries' dtype, computed in at least float32; a row that no key
        is left for reads zeros.

    Raises
    ------
    ValueError, TypeError
        Another number of blocks than the lengths make; shapes that do not fit; NaN or an infinity
        where a key is looked at.

    References
    ----------
    Defined here; Child et al. 2019 made rows of blocks a kernel.
    """
    sizes = (query_size, key_size)
    require_blocks("blocks", blocks, (queries.shape[-2], keys.shape[-2]), sizes)
    return read_blocks((queries, keys, values), blocks, sizes, _softmax, mask)


def _softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """Torch's own, which takes one pass; zeros for a row that may attend nothing."""
    if mask is None:
        return scores.softmax(-1)
    lowest = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, lowest).softmax(-1).masked_fill(~mask, 0.0)
