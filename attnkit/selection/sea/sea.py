"""Exact softmax over the keys of the columns that an estimate puts highest."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask
from attnkit.precision import outside_autocast
from attnkit.selection.sea.columns import Width, column_means, column_of_key
from attnkit.selection.shared.kept import kept_attention
from attnkit.selection.shared.references import oracle

__all__ = ["sea_attention", "sea_keys", "sea_weights"]

Columns = Annotated[int, Range(1, 2**20)]


@checked
def sea_keys(
    columns: Annotated[Float[Tensor, "*rows column"], Finite()],
    n: Annotated[int, Range(0, 2**30)],
    n_columns: Columns,
    mask: Mask | None = None,
) -> Bool[Tensor, "*rows {n}"]:
    r"""Keep the keys of the columns that each row of an estimate puts highest.

    .. math:: K_i = \bigl\{ j : c(j) \in \operatorname{top}_m \{ \hat p_{ic} \} \bigr\}

    Parameters
    ----------
    columns : Tensor
        (..., column): any estimate. An increasing function of it keeps the same keys.
    n : int
        Number of keys.
    n_columns : int
        m, columns to keep of each row; one without a key is never among them.
    mask : Tensor, optional
        Boolean, broadcasts to (..., key), true for the keys that may be looked at: no other is kept
        or makes a column one to keep. Columns are those of all n keys.

    Returns
    -------
    Tensor
        (..., key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity, no column, numbers out of range, a mask that does not broadcast.

    References
    ----------
    Lee et al. 2023, arXiv:2310.01777; there the columns are shared out among all heads and rows.
    """
    if not columns.shape[-1]:
        raise ValueError("columns must have at least one column, got none")
    column = column_of_key(n, columns.shape[-1]).to(columns.device)
    whole = torch.Size((*columns.shape[:-1], n))
    seen = torch.ones(n, dtype=torch.bool, device=columns.device)
    seen = (seen if mask is None else require_mask(mask, whole, "the keys kept")).expand(whole)
    counts = columns.new_zeros(columns.shape, dtype=torch.long).index_add(-1, column, seen.long())
    rows = columns.detach().masked_fill(counts == 0, -torch.inf)
    rows = rows if rows.ndim > 1 else rows[None]
    return oracle(rows, n_columns)[..., column].reshape(whole) & seen


@checked
@outside_autocast
def sea_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    columns: Annotated[Float[Tensor, "*batch query column"], Finite()],
    *,
    n_columns: Columns,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return softmax attention over the keys that `sea_keys` keeps for an estimate.

    .. math:: o_i = \sum_{j \in K_i} v_j\, e^{q_i \cdot k_j / \sqrt d}
              \Bigm/ \sum_{j \in K_i} e^{q_i \cdot k_j / \sqrt d}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value).
    columns : Tensor
        (..., query, column), the estimate, of which only the order in a row counts.
    n_columns : int
        Columns to keep of each row.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at.

    Returns
    -------
    Tensor
        (..., query, d_value), of the queries' dtype. No gradient reaches the estimate: the authors
        train it on the teacher's map.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a key may be looked at.

    References
    ----------
    Lee et al. 2023, arXiv:2310.01777; without the authors' learned scale of the output and mixture
    with a mean value, after which rows no longer sum to one.
    """
    seen = None if mask is None else mask.unsqueeze(-2)
    kept = sea_keys(columns, keys.shape[-2], n_columns, seen)
    return kept_attention(queries, keys, values, kept)


@checked
def sea_weights(
    scores: Float[Tensor, "*shape"],
    width: Width = 32,
    n_columns: Columns = 8,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Return softmax over the best columns of its own rows: the most that a fixed width can catch.

    .. math:: \hat p_{ic} = \operatorname*{mean}_{c(j) = c} p_{ij}, \qquad
              p_i = \mathrm{softmax}(z_i)

    Parameters
    ----------
    scores : Tensor
        Of any shape; a score of -inf gets weight zero.
    width : int
        Columns that the keys are pooled to.
    n_columns : int
        Columns to keep of each row.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor, optional
        Boolean, broadcasts to `scores`, true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor
        Shaped like `scores`, of their dtype.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity among the attended scores, a mask that does not broadcast, numbers out
        of range.

    References
    ----------
    Derived here: SEA of Lee et al. 2023, arXiv:2310.01777, with a perfect estimate.
    """
    whole = softmax(scores, dim, mask)
    if scores.numel() == 0:
        return whole
    rows = (whole if scores.ndim else whole[None]).detach().movedim(dim, -1)
    kept = sea_keys(column_means(rows, width), rows.shape[-1], n_columns)
    kept = kept.movedim(-1, dim).reshape(scores.shape)
    return softmax(scores, dim, kept if mask is None else kept & mask)
