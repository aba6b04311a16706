"""The fewest keys of a row whose weights come to a given share of it."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask
from attnkit.precision import widened

__all__ = ["Share", "covering_keys", "covering_weights"]

Share = Annotated[float, Range(1e-6, 1.0)]


@checked
def covering_keys(
    weights: Annotated[Float[Tensor, "*rows key"], Finite(), Range(0.0)], share: Share
) -> Bool[Tensor, "*rows key"]:
    r"""Keep the fewest keys of each row whose weights come to a share of its sum.

    .. math::
        K_i = \operatorname*{argmin}_{K} \Bigl\{ |K| : \sum_{j \in K} p_{ij}
              \ge \gamma \sum_j p_{ij} \Bigr\}

    Parameters
    ----------
    weights : Tensor
        (..., key), none negative; each row's sum may be anything.
    share : float
        :math:`\gamma`, from a millionth to 1. At 1 all keys of weight zero are left out.

    Returns
    -------
    Tensor
        (..., key), true for the keys kept. Of equal weights the earlier is kept first; a row of
        zeros keeps none. A set that misses the share by no more than rounding has it.

    Raises
    ------
    ValueError, TypeError
        Weights that are negative or not finite, a share out of range.

    References
    ----------
    Lai et al. 2025, arXiv:2502.20766; the set as the paper's text defines it.
    """
    dtype = torch.promote_types(weights.dtype, torch.float32)
    rows, order = widened(weights.detach()).sort(dim=-1, descending=True, stable=True)
    spare = 1 - share
    spare += min(8 * torch.finfo(dtype).eps, spare / 2)
    # What is left from each key on, summed from the smallest: exact where little is left.
    left = rows.flip(-1).cumsum(-1).flip(-1)
    kept = left > spare * left[..., :1]
    kept[..., :1] = True
    return torch.zeros_like(kept).scatter(-1, order, kept & (rows > 0))


@checked
def covering_weights(
    scores: Float[Tensor, "*shape"],
    share: Share = 0.9,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Return softmax over the fewest keys that hold a share of the row's softmax.

    .. math::
        \tilde p_{ij} = \frac{p_{ij}\, [\, j \in K_i \,]}{\sum_{l \in K_i} p_{il}}, \qquad
        \Bigl\| \sum_j (p_{ij} - \tilde p_{ij}) v_j \Bigr\| \le 2 (1 - \gamma) \max_j \| v_j \|

    Parameters
    ----------
    scores : Tensor
        Of any shape; a score of -inf gets weight zero.
    share : float
        :math:`\gamma`, from a millionth to 1, where it is softmax.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor, optional
        Boolean, broadcasts to `scores`, true where a key may be attended. A row with no such key
        gets zero weights and zero gradients.

    Returns
    -------
    Tensor
        Shaped like `scores`, of their dtype. The set is no function one can differentiate: the
        gradient is that of softmax over the keys kept.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity among the attended scores, a share out of range, a mask that does not
        broadcast.

    References
    ----------
    Lai et al. 2025, arXiv:2502.20766; the bound is derived here.
    """
    whole = softmax(scores, dim, mask)
    if scores.numel() == 0:
        return whole
    rows = whole if scores.ndim else whole[None]
    kept = covering_keys(rows.movedim(dim, -1), share).movedim(-1, dim).reshape(scores.shape)
    return softmax(scores, dim, kept)
