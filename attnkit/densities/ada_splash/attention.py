"""Entmax attention that never stores the scores of all pairs, in either direction."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities.ada_splash.choice import read_values
from attnkit.densities.ada_splash.dense import Inputs
from attnkit.masks import Mask, require_mask
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced, require_each_finite, require_finite_results

__all__ = ["causal_entmax_attention", "entmax_attention"]

SparseAlpha = Annotated[float, Range(1.01, 64.0)]


@outside_autocast
@checked
def entmax_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    alpha: SparseAlpha = 1.5,
    *,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Return the values read under entmax weights, without a matrix of all queries and keys.

    .. math:: c_q = \sum_k p_{qk} v_k, \qquad
              p_q = \mathrm{entmax}_\alpha\!\left(Q_q K^\top / \sqrt{d}\right)

    What `attnkit.densities.attention` computes, by blocks of queries: memory grows with the sum of
    the lengths, forward and backward, since a gradient makes the scores again from one number a
    query. Compiled code, function transforms and second derivatives take the dense form, which
    stores the matrix.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype. Half precision is computed in float32.
    alpha : float
        From 1.01 to 64; 2 is sparsemax.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key), such as (batch, 1, 1, key) for padded keys; true
        where a key may be attended. A query that may attend nothing gets zeros.

    Returns
    -------
    Tensor
        (..., query, channel) of the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity where a key or query is attended, finite inputs whose scores overflow
        their dtype, alpha out of range, a mask that does not fit, sizes or dtypes that differ.
        Traced and transformed code is not checked: a NaN stays in its row.

    References
    ----------
    Peters et al. 2019, equation 10, for the weights; Goncalves et al. 2025, arXiv:2502.12082, for
    attention by blocks that keeps thresholds.
    """
    inputs, mask = _attended(queries, keys, values, mask)
    return _finite(read_values(inputs, float(alpha), mask, None), inputs)


@outside_autocast
@checked
def causal_entmax_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    alpha: SparseAlpha = 1.5,
    *,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Return the values read by queries that see no later key, as `entmax_attention` does.

    .. math:: c_q = \sum_{k \le q + m - n} p_{qk} v_k, \qquad
              p_q = \mathrm{entmax}_\alpha\!\left((Q_q K_k^\top / \sqrt{d})_{k \le q + m - n}\right)

    The last of n queries is the last of m keys, so that new queries may follow keys that are kept.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype. Half precision is computed in float32.
    alpha : float
        From 1.01 to 64; 2 is sparsemax.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended, if it is not
        later. A query that may attend nothing gets zeros.

    Returns
    -------
    Tensor
        (..., query, channel) of the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity where a key or query is attended, finite inputs whose scores overflow
        their dtype, alpha out of range, a mask that does not fit, sizes or dtypes that differ.
        Traced and transformed code is not checked: a NaN stays in its row.

    References
    ----------
    Goncalves et al. 2025, arXiv:2502.12082.
    """
    inputs, mask = _attended(queries, keys, values, mask)
    reach = keys.shape[-2] - queries.shape[-2]
    return _finite(read_values(inputs, float(alpha), mask, reach), inputs)


def _finite(read: Tensor, inputs: Inputs) -> Tensor:
    """The values read; finite inputs whose scores or sums overflow are refused, in eager mode."""
    if not is_traced(read):
        names = ("queries", "keys", "values")
        require_finite_results({"output": read}, **dict(zip(names, inputs, strict=True)))
    return read


def _attended(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Mask | None
) -> tuple[Inputs, Mask | None]:
    """The inputs with zeros where the mask leaves out all of a row, and the mask as a matrix."""
    if mask is not None:
        shape = queries.shape[:-1] + keys.shape[-2:-1]
        mask = torch.atleast_2d(require_mask(mask, shape, "queries and keys"))
        queries = _attended_rows(queries, mask.any(-1))
        keys, values = (_attended_rows(t, mask.any(-2)) for t in (keys, values))
    require_each_finite(queries=queries, keys=keys, values=values)
    return (queries, keys, values), mask


def _attended_rows(rows: Tensor, attended: Tensor) -> Tensor:
    return rows.masked_fill(~attended.expand(rows.shape[:-1]).unsqueeze(-1), 0.0)
