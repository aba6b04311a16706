"""Pages that a normal row would need, guessed without reading any."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.precision import outside_autocast, widened
from attnkit.selection.entmax_kv.pages import last_page
from attnkit.selection.entmax_kv.threshold import threshold_of_normal
from attnkit.selection.shared.blocks import Size
from attnkit.selection.shared.bounds import block_bounds

__all__ = ["gaussian_pages"]


@checked
@torch.no_grad()
@outside_autocast
def gaussian_pages(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    *,
    size: Size = 16,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Bool[Tensor, "*batch query page"]:
    r"""Return the last page, and those whose bound exceeds the threshold of a normal row.

    .. math:: P_i = \{ \text{last} \} \cup \{ b : u_{ib} > \hat\tau(\mu_i, \sigma_i) \}

    Mean and spread of a row are those of the query's projection on the keys, of which a mean and a
    covariance are kept; n is how many keys count. For entmax of order 3/2; it may miss keys of
    positive weight.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    size : int
        Keys on a page; the last may be shorter.
    mask : Tensor or None
        (..., key), true where a key counts.

    Returns
    -------
    Tensor
        (..., query, page), true for the pages read.

    Raises
    ------
    ValueError, TypeError
        A size below one; shapes that do not fit; NaN or an infinity where a key counts.

    References
    ----------
    EntmaxKV, arXiv:2605.21649, from the authors' code.
    """
    bounds = block_bounds(queries, keys, size=size, mask=mask)
    counts = keys.new_ones(*keys.shape[:-1], 1, dtype=torch.bool)
    counts = counts if mask is None else counts & mask[..., None]
    many = widened(counts.sum(-2, keepdim=True).clamp_min(1))
    keys = widened(keys.masked_fill(~counts, 0.0))
    mean = keys.sum(-2, keepdim=True) / many
    centred = (keys - mean).masked_fill(~counts, 0.0)
    asked = widened(queries) * max(queries.shape[-1], 1) ** -0.5
    variance = ((asked @ (centred.mT @ centred / many)) * asked).sum(-1).clamp_min(0)
    found = threshold_of_normal((asked @ mean.mT)[..., 0], variance.sqrt(), many[..., 0])
    return (bounds > found[..., None]) | last_page(bounds)
