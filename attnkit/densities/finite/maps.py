r"""Densities over a finite set of keys: softmax, sparsemax, and the alpha family between them."""

import math
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.densities.finite.autograd import density_of
from attnkit.densities.shared.arguments import EntmaxAlpha, require_alpha
from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.validate import require_finite

__all__ = ["attention", "entmax", "softmax", "sparsemax"]


@checked
def entmax(
    scores: Float[Tensor, "*shape"],
    alpha: EntmaxAlpha = 1.5,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weights that maximise expected score minus Tsallis negentropy of order alpha.

    .. math:: p = \arg\max_{p \ge 0, \sum p = 1} \; \sum_i p_i z_i
              - \frac{\sum_i p_i^\alpha - 1}{\alpha (\alpha - 1)},
              \qquad p_i = [(\alpha - 1)(z_i - \tau)]_+^{1/(\alpha - 1)}

    Softmax at alpha = 1, sparsemax at alpha = 2; for alpha > 1 a key far enough below the best
    gets a weight of exactly zero, for alpha < 1 no key does, and weights fall as a power of the
    gap instead of exponentially. Differentiable in scores and alpha, twice and more.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero.
    alpha : float or Tensor
        Number above 0, or a tensor that broadcasts to `scores` with size 1 along `dim`, such as
        one per head.
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
        For scores or alpha that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, alpha that is not positive and finite, shapes
        that do not broadcast. Values are looked at in eager mode only; compiled or under a function
        transform, a NaN stays in its row.

    Notes
    -----
    Peters, Niculae and Martins 2019, "Sparse sequence-to-sequence models", equation 10; the
    solvers are described in `newton` and `below_one`, the derivatives in `autograd`.
    """
    dim = require_dimension(dim, scores)
    alpha = require_alpha(alpha, scores, dim)
    allowed = scores
    if mask is not None:
        allowed = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    if scores.numel() == 0:
        return scores.clone()
    dtype = torch.promote_types(scores.dtype, torch.float32)
    rows = (allowed if scores.ndim else allowed[None]).movedim(dim, -1).to(dtype)
    require_finite("scores", rows.detach().amax(-1), allow_minus_inf=True)
    if isinstance(alpha, Tensor):
        alpha = alpha.movedim(dim, -1).to(dtype).expand(*rows.shape[:-1], 1)
    weights = density_of(rows, alpha).movedim(-1, dim)
    return weights.reshape(scores.shape).to(scores.dtype)


@checked
def softmax(
    scores: Float[Tensor, "*shape"], dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Weights that maximise expected score plus Shannon entropy: `entmax` at alpha = 1.

    .. math:: p = \arg\max_{p \ge 0, \sum p = 1} \; \sum_i p_i z_i - \sum_i p_i \log p_i,
              \qquad p_i = \exp(z_i) / \sum_j \exp(z_j)

    Unlike `torch.softmax`, a row without an attended key gives zeros. Bridle 1990.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
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
        For NaN or +inf among the attended scores, a `dim` that they do not have, or a mask that
        does not broadcast to them.
    """
    return entmax(scores, 1.0, dim, mask)


@checked
def sparsemax(
    scores: Float[Tensor, "*shape"], dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Projection of the scores onto the probability simplex: `entmax` at alpha = 2.

    .. math:: p = \arg\min_{p \ge 0, \sum p = 1} \; \| p - z \|^2, \qquad p_i = [z_i - \tau]_+

    Martins and Astudillo 2016, equations 1 and 2.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
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
        For NaN or +inf among the attended scores, a `dim` that they do not have, or a mask that
        does not broadcast to them.
    """
    return entmax(scores, 2.0, dim, mask)


@checked
@outside_autocast
def attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    alpha: EntmaxAlpha = 1.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Expectation of the values under the density that the scores define over the keys.

    .. math:: c_q = \sum_k p_{qk} v_k, \qquad
              p_q = \mathrm{entmax}_\alpha\!\left(Q_q K^\top / \sqrt{d}\right)

    At alpha = 1 this is `torch.nn.functional.scaled_dot_product_attention`, with the same shapes.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    alpha : float or Tensor
        Number above 0, or a tensor that broadcasts to (..., query, key) with one key, such as
        (heads, 1, 1).
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. A query that may
        attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError, ValueError
        As `entmax`; ValueError also for sizes that do not fit together.

    Notes
    -----
    Vaswani et al. 2017, equation 1, with the softmax replaced by `entmax` as in Correia,
    Niculae and Martins 2019, "Adaptively sparse transformers".
    """
    return read(queries, keys, values, partial(entmax, alpha=alpha), mask)
