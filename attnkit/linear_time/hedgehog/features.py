"""The three maps that go by the name of Hedgehog: both signs of a projection, made positive."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.linear_time.shared.tokens import require_left, require_reached
from attnkit.precision import outside_autocast

__all__ = ["exponential_features", "joint_softmax_features", "signed_softmax_features"]

Projected = Annotated[Float[Tensor, "*batch d"], Finite()]
CURE = (
    "give a shift, one for all keys of a head (`LearnedMaps` takes "
    "`partial(exponential_features, shift=…)`)"
)


@checked
@outside_autocast
def exponential_features(
    x: Projected, shift: Annotated[float, Range(-1e6, 1e6)] = 0.0
) -> Float[Tensor, "*batch 2*d"]:
    r"""Return the exponential of both signs, over one constant.

    .. math:: \phi(x) = \left[e^{x - c},\; e^{-x - c}\right]

    A constant c that all keys of a head share cancels in their weights, and keeps long keys from
    overflowing. A constant of its own for each key, such as the largest entry, does not cancel: it
    makes the key shorter or longer than its rivals.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Projected keys or queries, (..., d). Half precision is computed in float32.
    shift : float
        c, between −10⁶ and 10⁶.

    Returns
    -------
    Tensor
        (..., 2 d), in the dtype of x.

    Raises
    ------
    ValueError, TypeError
        NaN, infinity, and features that overflow the dtype, or all underflow; anything but
        floating-point tensors.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347, as the first author's code of a later paper has it, there
    with a shift for each token.
    """
    wide = _both_signs(x)
    features = (wide - shift).exp().to(x.dtype)
    require_reached(features, "x", x, CURE)
    require_left(features.flatten(), "x", "give a shift nearer to their largest")
    return features


@checked
@outside_autocast
def signed_softmax_features(x: Projected) -> Float[Tensor, "*batch 2*d"]:
    r"""Return one softmax for each sign.

    .. math:: \phi(x) = \left[\operatorname{softmax}(x),\; \operatorname{softmax}(-x)\right]

    Bounded by one, so that nothing overflows, and blind to a constant added to all entries of x.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Projected keys or queries, (..., d). Half precision is computed in float32.

    Returns
    -------
    Tensor
        (..., 2 d), in the dtype of x; its sum is 2.

    Raises
    ------
    ValueError, TypeError
        NaN or infinity; anything but floating-point tensors.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347, as public implementations have it.
    """
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return torch.cat([wide.softmax(-1), (-wide).softmax(-1)], -1).to(x.dtype)


@checked
@outside_autocast
def joint_softmax_features(
    x: Projected, gain: Annotated[float, Range(1e-6, 1e6)] = 2.0
) -> Float[Tensor, "*batch 2*d"]:
    r"""Return one softmax over both signs.

    .. math:: \phi(x) = \operatorname{softmax}(\gamma\, [x, -x])

    What `attnkit.memory.SharpMap` computes of its projection.

    Parameters
    ----------
    x : Float[Tensor, "*batch d"]
        Projected keys or queries, (..., d). Half precision is computed in float32.
    gain : float
        :math:`\gamma`, between 10⁻⁶ and 10⁶.

    Returns
    -------
    Tensor
        (..., 2 d), in the dtype of x; its sum is 1.

    Raises
    ------
    ValueError, TypeError
        NaN, infinity, and products with the gain that overflow; no floating-point tensor.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347, as public implementations have it.
    """
    wide = gain * _both_signs(x)
    features = wide.softmax(-1).to(x.dtype)
    require_reached(features, "x", x, "use a smaller gain")
    return features


def _both_signs(x: Tensor) -> Tensor:
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return torch.cat([wide, -wide], -1)
