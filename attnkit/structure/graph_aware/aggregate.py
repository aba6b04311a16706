"""A token's own value beside the sum over its neighbours."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast

__all__ = ["isomorphic_aggregate"]


@checked
@outside_autocast
def isomorphic_aggregate(
    weights: Annotated[Float[Tensor, "*batch token token"], Finite()],
    values: Annotated[Float[Tensor, "*batch token channel"], Like("weights"), Finite()],
    epsilon: Annotated[float, Range(-1e6, 1e6)] = 0.0,
) -> Float[Tensor, "*batch token channel"]:
    r"""Return what a token keeps of itself and the weighted sum of the others.

    .. math:: s_i = (1 + \varepsilon)\, v_i + \sum_j A_{ij} v_j

    With weights of zero and one, a sum over neighbours; a softmax in their place has rows that sum
    to one, and counts nothing.

    Parameters
    ----------
    weights : Tensor
        (..., token, token), of whatever sum; a token's weight on itself is added to what it keeps.
    values : Tensor
        (..., token, channel). Half precision is computed in float32 and returned as it came.
    epsilon : float
        How much more than once a token counts for itself.

    Returns
    -------
    Tensor (..., token, channel), of the values' dtype.

    Raises
    ------
    TypeError
        For tensors that are not floating point or of several dtypes.
    ValueError
        For NaN or infinities, or sizes that do not fit together.

    References
    ----------
    Xu et al. 2019, "How powerful are graph neural networks?", equation 4.1; Buehler 2025,
    arXiv:2501.02393, puts attention in the place of the graph. The code published with it leaves
    the one out: there a token keeps ε times itself.
    """
    dtype = torch.promote_types(values.dtype, torch.float32)
    wide = values.to(dtype)
    return ((1 + epsilon) * wide + weights.to(dtype) @ wide).to(values.dtype)
