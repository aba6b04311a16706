"""Entropy-ABF's scale: one up to the length of training, and then the ratio of logarithms."""

import math
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.length.shared.visible import scaled_softmax
from attnkit.masks import Mask

__all__ = ["entropy_abf_scale", "entropy_abf_weights"]

Lengths = Annotated[Float[Tensor, "*shape"], Range(0.0, 1e12)]
Trained = Annotated[int, Range(2, 10**12)]


@checked
def entropy_abf_scale(n_keys: Lengths, n_train: Trained) -> Float[Tensor, "*shape"]:
    r"""What Entropy-ABF multiplies the scores of a row with n keys by.

    .. math:: \max\left(1, \frac{\log n}{\log n_\text{train}}\right)

    Parameters
    ----------
    n_keys : Tensor
        Numbers of keys, of any shape.
    n_train : int
        The length of training, at least 2.

    Returns
    -------
    Tensor shaped like `n_keys`, exactly one up to `n_train`.

    Raises
    ------
    TypeError, ValueError
        For lengths that are not floating point, negative or not finite, or a length of training
        below 2.

    Notes
    -----
    Zhang et al. 2024, arXiv:2401.07004; as in the authors' code, where n is the query's place
    counted from one and `n_train` is 4,096.
    """
    scale = n_keys.clamp_min(1).log() / math.log(n_train)
    # A quotient of two logarithms may miss one by a digit where both lengths are the same.
    return torch.ones_like(scale).where(n_keys <= n_train, scale)


@checked
def entropy_abf_weights(
    scores: Float[Tensor, "*shape"],
    n_train: Trained = 4096,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax of the scores times `entropy_abf_scale` of the keys that each row may attend.

    .. math:: p = \operatorname{softmax}\left(\max\left(1, \frac{\log n}{\log n_\text{train}}
              \right) z\right)

    Rows no longer than those of training have the weights of softmax, bit for bit.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero, and its key does not count.
    n_train : int
        The length of training, at least 2.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a length of training below 2, or shapes that do
        not broadcast.

    Notes
    -----
    Zhang et al. 2024, arXiv:2401.07004. A causal row without padding has as many keys as its place.
    """
    return scaled_softmax(scores, partial(entropy_abf_scale, n_train=n_train), mask, dim)
