"""What a choice of keys keeps and drops of rows of weights."""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask
from attnkit.precision import outside_autocast, widened
from attnkit.readout import read

__all__ = ["Dropped", "dropped", "dropped_by", "kept_attention"]


@dataclass(frozen=True)
class Dropped:
    """What a selection dropped; every approximate attention of the room can say it.

    Parameters
    ----------
    mass : Tensor
        (..., query): the sum of each row's weights whose keys were not kept.
    density : Tensor
        (...): the share of the pairs that were kept, of all pairs of query and key that may be seen
        at all; zero where there is none.
    empty : Tensor
        (..., query): true for a row that no key was left for.
    """

    mass: Float[Tensor, "*batch query"]
    density: Float[Tensor, "*batch"]
    empty: Bool[Tensor, "*batch query"]


@checked
def dropped(
    weights: Annotated[Float[Tensor, "*batch query key"], Range(0.0)],
    kept: Bool[Tensor, "*#batch query key"],
) -> Dropped:
    r"""Return what a choice of keys leaves out of rows of weights.

    .. math::
        \sum_{j \notin K_i} p_{ij}, \qquad
        \frac{1}{nm} \sum_i |K_i|, \qquad
        K_i = \varnothing

    Parameters
    ----------
    weights : Tensor
        (..., query, key): the rows that were to be read, none negative. Where one sums to one, its
        mass is a share.
    kept : Tensor
        (..., query, key), true for the keys :math:`K_i` that the query looks at.

    Returns
    -------
    Dropped
        Mass (..., query), density (...) and empty rows (..., query).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit; a choice that is not boolean; a weight that is negative, NaN or
        infinite.

    References
    ----------
    Defined here.
    """
    dtype = torch.promote_types(weights.dtype, torch.float32)
    kept = kept.expand(weights.shape)
    mass = weights.to(dtype).masked_fill(kept, 0.0).sum(-1)
    density = _share(kept, torch.ones_like(kept)).to(dtype)
    return Dropped(mass, density, ~kept.any(-1))


def _share(kept: Tensor, seen: Tensor) -> Tensor:
    """(...): how many of the pairs that may be seen are kept."""
    return widened(kept.sum((-2, -1))) / seen.sum((-2, -1)).clamp_min(1)


@checked
@outside_autocast
def dropped_by(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Float[Tensor, "*batch key d_key"],
    kept: Bool[Tensor, "*#batch query key"],
    mask: Mask | None = None,
) -> Dropped:
    r"""Return what a choice of keys drops of the softmax rows that it was made for.

    .. math::
        \sum_{j \notin K_i} p_{ij}, \qquad
        p_i = \mathrm{softmax}_j\, (q_i \cdot k_j / \sqrt d)

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    kept : Tensor
        (..., query, key), true for the keys :math:`K_i` that the query looks at.
    mask : Tensor, optional
        Boolean, broadcasts to (..., query, key), true where a key may be seen at all; the others
        have no weight and count nowhere, kept or not.

    Returns
    -------
    Dropped
        Mass (..., query), density (...) and empty rows (..., query).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit; NaN or an infinity where a key is seen.

    References
    ----------
    Defined here.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    each = torch.eye(keys.shape[-2], dtype=dtype, device=keys.device)
    each = each.expand(*keys.shape[:-2], -1, -1)
    weights = read(queries.to(dtype), keys, each, softmax, mask)
    if mask is None:
        return dropped(weights, kept)
    seen = mask.expand(weights.shape)
    told = dropped(weights, kept & seen)
    return Dropped(told.mass, _share(kept & seen, seen).to(dtype), told.empty)


@checked
@outside_autocast
def kept_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Float[Tensor, "*batch key d_key"],
    values: Float[Tensor, "*batch key d_value"],
    kept: Bool[Tensor, "*#batch query key"],
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return softmax attention over the keys kept for each query, by the definition.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        p_{ij} = \frac{e^{q_i \cdot k_j / \sqrt d}}{\sum_{l \in K_i} e^{q_i \cdot k_l / \sqrt d}}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value).
    kept : Tensor
        (..., query, key), true for the keys that the query looks at.

    Returns
    -------
    Tensor
        (..., query, d_value); a row that no key is left for reads zeros. Computed in at least
        float32, in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit; NaN or an infinity where a key is looked at.

    References
    ----------
    Defined here.
    """
    return read(queries, keys, values, softmax, kept)
