"""Feature maps: what turns the memory's inner product into a chosen kernel."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.validate import require_floating, require_number

__all__ = ["SharpMap", "elu_plus_one", "relu_features", "taylor_features"]


def elu_plus_one(x: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch d"]:
    r"""Return :math:`\operatorname{elu}(x) + 1 > 0`, the map of Katharopoulos et al. 2020, eq. 7.

    Written as ``max(x, 0) + exp(min(x, 0))`` it stays positive where ``elu(x) + 1`` rounds to 0.
    """
    require_floating("x", x)
    return x.clamp(min=0) + x.clamp(max=0).exp()


def relu_features(x: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch d"]:
    r"""Return :math:`\max(x, 0)`: non-negative, half of it exactly zero on symmetric input."""
    require_floating("x", x)
    return x.relu()


def taylor_features(x: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch packed"]:
    r"""Expand the softmax kernel to second order, each product of two coordinates kept once.

    .. math::
        \phi(x) = \left[1,\; x / d^{1/4},\; (c_{ij}\, x_i x_j)_{i \le j} / \sqrt{2 d}\right],
        \qquad c_{ii} = 1, \quad c_{ij} = \sqrt 2,

    so that :math:`\phi(q) \cdot \phi(k) = 1 + t + t^2/2 \ge 1/2` with
    :math:`t = q \cdot k / \sqrt d`. There are :math:`1 + d + d (d+1)/2` features instead of
    :math:`1 + d + d^2`: 153 for 273 at d = 16.

    References
    ----------
    Arora et al. 2024, "Simple linear attention language models balance the recall-throughput
    tradeoff", for the expansion; the packing is the symmetric square, derived here.
    """
    require_floating("x", x)
    d = x.shape[-1]
    rows, columns = torch.triu_indices(d, d, device=x.device).unbind(0)
    weights = torch.where(rows == columns, 1.0, math.sqrt(2)).to(x) / math.sqrt(2 * d)
    squares = x[..., rows] * x[..., columns] * weights
    return torch.cat([torch.ones_like(x[..., :1]), x / d**0.25, squares], -1)


class SharpMap(nn.Module):
    r"""Learn a spiky positive map: :math:`\operatorname{softmax}(\gamma [Wx, -Wx])`.

    Both signs of a learnable projection compete in one softmax over 2 d features, sharpened by
    the gain :math:`\gamma`; W starts at the identity. Without the minus half, opposite inputs
    would share their features.

    Raises
    ------
    ValueError
        A gain that is not positive.

    References
    ----------
    Zhang et al. 2024, "The Hedgehog and the porcupine"; variants differ in gain and in where the
    softmax runs, this one is joint over both signs.
    """

    def __init__(self, d_input: int, *, gain: float = 2.0):
        super().__init__()
        require_number("gain", gain, low=0.0, high=math.inf, exclusive=True)
        self.gain = gain
        self.projection = nn.Parameter(torch.eye(d_input))

    def forward(self, x: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch doubled"]:
        """Return 2 d positive features that sum to one."""
        require_floating("x", x)
        projected = self.gain * F.linear(x, self.projection.to(x.dtype))
        return torch.cat([projected, -projected], -1).softmax(-1)
