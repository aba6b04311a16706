"""Linear attention of whole sequences: every query reads every key, at a cost linear in both."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast

__all__ = ["linear_average"]


@checked
@outside_autocast
def linear_average(
    query_features: Annotated[Float[Tensor, "*batch query feature"], Finite()],
    key_features: Annotated[Float[Tensor, "*batch key feature"], Like("query_features")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("query_features")],
    mask: Bool[Tensor, "*batch key"] | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Return the values' average under `kernel_weights`, without making the matrix of weights.

    .. math:: c_i = \frac{\phi(q_i)^\top \sum_j \phi(k_j) v_j^\top}
                         {\phi(q_i)^\top \sum_j \phi(k_j)}

    Parameters
    ----------
    query_features, key_features : Tensor
        (..., query, feature) and (..., key, feature).
    values : Tensor
        (..., key, channel).
    mask : Tensor or None
        (..., key), true where a key may be attended; what is masked is never looked at.

    Returns
    -------
    Tensor
        (..., query, channel), computed in at least float32, in the queries' dtype. A query whose
        weights sum to zero reads zeros.

    Raises
    ------
    ValueError, TypeError
        Shapes or dtypes that do not fit, NaN or infinity where attended.

    References
    ----------
    Katharopoulos et al. 2020, arXiv:2006.16236, equation 6.
    """
    dtype = torch.promote_types(query_features.dtype, torch.float32)
    keys = require_finite_where_attended("key_features", key_features, mask).to(dtype)
    read = require_finite_where_attended("values", values, mask).to(dtype)
    queries = query_features.to(dtype)
    sums = queries @ keys.sum(-2)[..., None]
    empty = sums == 0
    average = queries @ (keys.mT @ read) / torch.where(empty, 1.0, sums)
    return torch.where(empty, 0.0, average).to(query_features.dtype)
