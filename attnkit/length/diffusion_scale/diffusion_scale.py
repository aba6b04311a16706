"""The root of a ratio of logarithms: a scale for images of another size than in training."""

import math
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.length.shared.visible import scaled_softmax
from attnkit.masks import Mask

__all__ = ["diffusion_scale", "diffusion_scale_weights"]

Lengths = Annotated[Float[Tensor, "*shape"], Range(0.0, 1e12)]
Trained = Annotated[int, Range(2, 10**12)]


@checked
def diffusion_scale(n_keys: Lengths, n_train: Trained) -> Float[Tensor, "*shape"]:
    r"""What the scores of a row with n keys are multiplied by, longer or shorter than in training.

    .. math:: \sqrt{\frac{\log n}{\log n_\text{train}}}

    A row of fewer than two keys counts as one of two.

    Parameters
    ----------
    n_keys : Tensor
        Numbers of keys, of any shape.
    n_train : int
        The length of training, at least 2.

    Returns
    -------
    Tensor shaped like `n_keys`, exactly one at `n_train`.

    Raises
    ------
    TypeError, ValueError
        For lengths that are not floating point, negative or not finite, or a length of training
        below 2.

    Notes
    -----
    Jin et al. 2023, arXiv:2306.08645 (abstract read; the formula is quoted by an implementation of
    others). The smallest n is ours: below two the logarithm has no root.
    """
    scale = (n_keys.clamp_min(2).log() / math.log(n_train)).sqrt()
    # A quotient of two logarithms may miss one by a digit where both lengths are the same.
    return torch.ones_like(scale).where(n_keys == n_train, scale)


@checked
def diffusion_scale_weights(
    scores: Float[Tensor, "*shape"],
    n_train: Trained = 4096,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Softmax of the scores times `diffusion_scale` of the keys that each row may attend.

    .. math:: p = \operatorname{softmax}\left(\sqrt{\frac{\log n}{\log n_\text{train}}}\; z\right)

    For normal scores the entropy stays the same share of log n, longer and shorter rows alike.

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
    Jin et al. 2023, arXiv:2306.08645 (abstract read).
    """
    return scaled_softmax(scores, partial(diffusion_scale, n_train=n_train), mask, dim)
