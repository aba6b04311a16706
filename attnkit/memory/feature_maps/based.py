"""Based: the second-order Taylor features of the softmax kernel."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.shared.precision import compute_dtype

__all__ = ["expansion", "taylor_features"]


@checked
def taylor_features(
    x: Annotated[Float[Tensor, "*batch d"], Finite()],
) -> Float[Tensor, "*batch packed"]:
    r"""Expand the softmax kernel to second order (Based), each product of two coordinates once.

    .. math::
        \phi(x) = \left[1,\; x / d^{1/4},\; (c_{ij}\, x_i x_j)_{i \le j} / \sqrt{2 d}\right],
        \qquad c_{ii} = 1, \quad c_{ij} = \sqrt 2,

    so that :math:`\phi(q) \cdot \phi(k) = 1 + t + t^2/2 \ge 1/2` with
    :math:`t = q \cdot k / \sqrt d`. There are :math:`1 + d + d (d+1)/2` features instead of
    :math:`1 + d + d^2`: 153 for 273 at d = 16.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Keys or queries, (..., d), d at least 1. Half precision is computed in float32.

    Raises
    ------
    ValueError
        NaN or infinity, no feature, and squares that overflow the dtype.
    TypeError
        Anything but a floating-point tensor.

    References
    ----------
    Arora et al. 2024, "Simple linear attention language models balance the recall-throughput
    tradeoff", for the expansion; the packing is the symmetric square, derived here.
    """
    return expansion("x", x)


def expansion(name: str, x: Tensor) -> Tensor:
    """`taylor_features` of what the caller's caller named so."""
    d = x.shape[-1]
    if d == 0:
        raise ValueError(f"{name} must have at least one feature, got shape {tuple(x.shape)}")
    wide = x.to(compute_dtype(x))
    rows, columns = torch.triu_indices(d, d, device=x.device).unbind(0)
    twice = torch.where(rows == columns, 1.0, 2.0).to(wide)  # a product of two, counted once
    weights = twice.sqrt() / math.sqrt(2 * d)
    squares = wide[..., rows] * wide[..., columns] * weights
    features = torch.cat([torch.ones_like(wide[..., :1]), wide / d**0.25, squares], -1).to(x.dtype)
    require_finite_results({f"the square of {name}": features}, **{name: x})
    return features
