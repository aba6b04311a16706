"""Positive maps of each coordinate: elu + 1 of the "linear transformer", and ReLU."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.memory.shared.precision import compute_dtype

__all__ = ["elu_plus_one", "relu_features"]


@checked
def elu_plus_one(
    x: Annotated[Float[Tensor, "*batch d"], Finite()],
) -> Float[Tensor, "*batch d"]:
    r"""Return :math:`\operatorname{elu}(x) + 1 > 0`, the map of the "linear transformer".

    Written as ``max(x, 0) + exp(min(x, 0))`` it stays positive where ``elu(x) + 1`` rounds to 0.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Keys or queries, (..., d). Half precision is computed in float32, under autocast too.

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
        Keys or queries, (..., d).

    Raises
    ------
    ValueError
        NaN or infinity.
    TypeError
        Anything but a floating-point tensor.

    References
    ----------
    Its kernel between random keys is derived here, in the theory of feature maps.
    """
    return x.relu()
