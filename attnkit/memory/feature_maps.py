"""Feature maps: what turns the memory's inner product into a chosen kernel."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.memory.arguments import require_finite_results
from attnkit.memory.precision import compute_dtype, product

__all__ = ["SharpMap", "elu_plus_one", "relu_features", "taylor_features"]

MOST_FEATURES = 2**15  # W is square


@checked
def elu_plus_one(
    x: Annotated[Float[Tensor, "*batch d"], Finite()],
) -> Float[Tensor, "*batch d"]:
    r"""Return :math:`\operatorname{elu}(x) + 1 > 0`, a positive map of each coordinate.

    Written as ``max(x, 0) + exp(min(x, 0))`` it stays positive where ``elu(x) + 1`` rounds to 0.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Keys or queries. Half precision is computed in float32, under autocast too.

    Raises
    ------
    ValueError
        NaN or infinity.
    TypeError
        Anything but a floating-point tensor.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eq. 7.
    """
    wide = x.to(compute_dtype(x))
    return (wide.clamp(min=0) + wide.clamp(max=0).exp()).to(x.dtype)


@checked
def relu_features(
    x: Annotated[Float[Tensor, "*batch d"], Finite()],
) -> Float[Tensor, "*batch d"]:
    r"""Return :math:`\max(x, 0)`: non-negative, half of it exactly zero on symmetric input.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Keys or queries.

    Raises
    ------
    ValueError, TypeError
        As `elu_plus_one`.
    """
    return x.relu()


@checked
def taylor_features(
    x: Annotated[Float[Tensor, "*batch d"], Finite()],
) -> Float[Tensor, "*batch packed"]:
    r"""Expand the softmax kernel to second order, each product of two coordinates kept once.

    .. math::
        \phi(x) = \left[1,\; x / d^{1/4},\; (c_{ij}\, x_i x_j)_{i \le j} / \sqrt{2 d}\right],
        \qquad c_{ii} = 1, \quad c_{ij} = \sqrt 2,

    so that :math:`\phi(q) \cdot \phi(k) = 1 + t + t^2/2 \ge 1/2` with
    :math:`t = q \cdot k / \sqrt d`. There are :math:`1 + d + d (d+1)/2` features instead of
    :math:`1 + d + d^2`: 153 for 273 at d = 16.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Keys or queries, d at least 1. Half precision is computed in float32.

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
    d = x.shape[-1]
    if d == 0:
        raise ValueError(f"x must have at least one feature, got shape {tuple(x.shape)}")
    wide = x.to(compute_dtype(x))
    rows, columns = torch.triu_indices(d, d, device=x.device).unbind(0)
    weights = torch.where(rows == columns, 1.0, math.sqrt(2)).to(wide) / math.sqrt(2 * d)
    squares = wide[..., rows] * wide[..., columns] * weights
    features = torch.cat([torch.ones_like(wide[..., :1]), wide / d**0.25, squares], -1).to(x.dtype)
    require_finite_results({"the square of x": features}, x=x)
    return features


@checked
class SharpMap(nn.Module):
    r"""Learn a spiky positive map: :math:`\operatorname{softmax}(\gamma [Wx, -Wx])`.

    Both signs of a learnable projection compete in one softmax over 2 d features, sharpened by
    the gain :math:`\gamma`; W starts at the identity. Without the minus half, opposite inputs
    would share their features.

    Parameters
    ----------
    d_input : int
        Width of the keys, between 1 and 32768.
    gain : float
        :math:`\gamma`, between 10⁻⁶ and 10⁶.

    Raises
    ------
    ValueError
        A width or a gain out of range.
    TypeError
        A width that is no integer, a gain that is no number.

    References
    ----------
    Zhang et al. 2024, "The Hedgehog and the porcupine"; variants differ in gain and in where the
    softmax runs, this one is joint over both signs.
    """

    def __init__(
        self,
        d_input: Annotated[int, Range(1, MOST_FEATURES)],
        *,
        gain: Annotated[float, Range(1e-6, 1e6)] = 2.0,
    ):
        super().__init__()
        self.gain = gain
        self.projection = nn.Parameter(torch.eye(d_input))

    @checked
    def forward(
        self, x: Annotated[Float[Tensor, "*batch d"], Finite()]
    ) -> Float[Tensor, "*batch 2*d"]:
        """Return 2 d positive features that sum to one."""
        d = self.projection.shape[-1]
        if x.shape[-1] != d:
            raise ValueError(f"x must have {d} features, got shape {tuple(x.shape)}")
        flat = x.to(compute_dtype(x)).reshape(x.shape[:-1].numel(), d)
        projected = self.gain * product(flat, self.projection.to(flat).mT)
        features = torch.cat([projected, -projected], -1).softmax(-1)
        require_finite_results({"the projection of x": features}, x=x, projection=self.projection)
        return features.to(x.dtype).reshape(*x.shape[:-1], 2 * d)
