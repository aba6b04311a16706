"""Attention through all layers at once: what a token holds of each input, if heads only mix."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["attention_rollout"]


@checked
def attention_rollout(
    weights: Annotated[Float[Tensor, "layer head token token"], Finite()],
) -> Float[Tensor, "token token"]:
    r"""Return the product over layers of the mean map, half of each layer passing by.

    .. math:: R = \hat A_L \cdots \hat A_1, \qquad
              \hat A_\ell = \tfrac12 \Bigl( I + \tfrac1H \sum_h A_{\ell h} \Bigr)

    Parameters
    ----------
    weights : Tensor
        (layer, head, query, key), the first layer first.

    Returns
    -------
    Tensor
        (token, input): rows sum to one where those of the maps do. Without any layer every token
        holds itself.

    Raises
    ------
    TypeError, ValueError
        For maps that are not floating point, not finite or not square; for layers without a head.

    References
    ----------
    S. Abnar, W. Zuidema. Quantifying attention flow in transformers. ACL, 2020.
    """
    if weights.shape[1] == 0:
        raise ValueError("weights must have a head at least, got none")
    itself = torch.eye(weights.shape[-1], dtype=weights.dtype, device=weights.device)
    rolled = itself
    for layer in weights.mean(1):
        rolled = (itself + layer) / 2 @ rolled
    return rolled
