"""Generalised neighbourhood attention: queries that share a window gather its keys once."""

from functools import reduce
from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.precision import outside_autocast
from attnkit.selection.neighbourhood.axes import (
    Causal,
    Shape,
    Sizes,
    per_axis,
    require_shape,
    require_strides,
)
from attnkit.selection.neighbourhood.groups import product, read_groups, window_groups

__all__ = ["neighbourhood_attention"]


@checked
@outside_autocast
def neighbourhood_attention(
    queries: Float[Tensor, "*batch time d_key"],
    keys: Annotated[Float[Tensor, "*batch time d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time d_value"], Like("queries")],
    *,
    window: Sizes,
    stride: Sizes = 1,
    dilation: Sizes = 1,
    causal: Causal = False,
    shape: Shape | None = None,
    mask: Bool[Tensor, "*#batch time"] | None = None,
) -> Float[Tensor, "*batch time d_value"]:
    r"""Read by softmax what lies in each query's window, in time linear in the number of tokens.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        p_{ij} = \frac{e^{q_i \cdot k_j / \sqrt d}}{\sum_{l \in K_i} e^{q_i \cdot k_l / \sqrt d}}

    The windows K are those of `neighbourhood_keys`. The keys of a window are gathered once for the
    s queries that share it, so that w/s keys are fetched for each query and axis.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., time, d_key) twice and (..., time, d_value).
    window, stride, dilation, causal
        As in `neighbourhood_keys`.
    shape : sequence of int, optional
        Lengths of one to three axes whose product is the number of tokens; one axis of all of them
        by default.
    mask : Tensor, optional
        (..., time), true where a token counts. Others are neither read nor looked at and read
        zeros, and keep their places: windows do not grow around them.

    Returns
    -------
    Tensor
        (..., time, d_value); a query whose window holds no token that counts reads zeros. Computed
        in at least float32, in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        As `neighbourhood_keys`; shapes that do not fit; NaN or an infinity where a token counts.

    References
    ----------
    Hassani et al. 2025, arXiv:2504.16922; the leader and the borders as in the authors' code.
    """
    shape = require_shape(shape, queries.shape[-2])
    names = {"window": window, "stride": stride, "dilation": dilation, "causal": causal}
    sizes = [per_axis(name, given, len(shape)) for name, given in names.items()]
    require_strides(*sizes[:2])
    groups = reduce(product, map(window_groups, shape, *sizes))
    return read_groups(queries, keys, values, groups, mask)
