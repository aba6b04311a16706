"""Rows of scores by their norm: the sharpest row there is, and the norms a layer can make."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced

__all__ = ["centred_norm", "norm_ceiling", "sharpest_row"]

Matrix = Annotated[Float[Tensor, "feature width"], Finite()]


@checked
def centred_norm(
    scores: Annotated[Float[Tensor, "*shape"], Finite(minus_inf=True)],
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "..."]:
    r"""Norm of a row of scores after its mean is taken off.

    .. math:: s = \Bigl(\sum_i (z_i - \bar z)^2\Bigr)^{1/2}

    Of all norms of the scores plus a constant it is the smallest, and softmax does not see the
    constant. So it is the norm to put into `attnkit.diagnostics.entropy_bound`. Derived here.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. A score of -inf counts as masked. Half precision is computed
        in float32.
    dim : int
        Dimension of the keys.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row without one has
        norm zero and no gradient.

    Returns
    -------
    Tensor
        The scores' shape without `dim`, in at least float32.

    Raises
    ------
    TypeError
        For scores that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf, a `dim` that the scores lack, or a mask that does not broadcast to them.
    """
    dim = require_dimension(dim, scores)
    exact = scores.to(torch.promote_types(scores.dtype, torch.float32))
    attended = exact > -math.inf
    if mask is not None:
        attended = attended & require_mask(mask, scores.shape, "scores")
    seen = exact.masked_fill(~attended, 0.0)
    mean = seen.sum(dim, keepdim=True) / attended.sum(dim, keepdim=True).clamp_min(1)
    centred = (seen - mean).masked_fill(~attended, 0.0)
    return torch.linalg.vector_norm(centred, dim=dim)


@checked
def sharpest_row(
    norm: Annotated[float, Range(0.0, 1e4)], n_keys: Annotated[int, Range(2, 2**20)]
) -> Float[Tensor, " n_keys"]:
    r"""The scores of least entropy among all whose centred norm is given: one high, the rest level.

    .. math:: z_1 = s \sqrt{\tfrac{n-1}{n}}, \qquad z_i = -\frac{s}{\sqrt{n (n-1)}} \quad (i > 1)

    Its entropy is `attnkit.diagnostics.entropy_bound`. Zhai et al. 2023 bound the entropy by the
    norm; that this row attains the bound is derived here.

    Parameters
    ----------
    norm : float
        The centred norm s, between 0 and 10⁴.
    n_keys : int
        How many scores, between 2 and 2²⁰.

    Returns
    -------
    Tensor
        Scores (key,) in float64, whose sum is zero.

    Raises
    ------
    TypeError, ValueError
        For a norm or a number of keys that is no number or out of range.
    """
    row = torch.full((n_keys,), -norm / math.sqrt(n_keys * (n_keys - 1)), dtype=torch.float64)
    row[0] = norm * math.sqrt((n_keys - 1) / n_keys)
    return row


@checked
@outside_autocast
def norm_ceiling(
    query_weight: Matrix,
    key_weight: Annotated[Matrix, Like("query_weight")],
    tokens: Annotated[Float[Tensor, "*batch token feature"], Finite(), Like("query_weight")],
) -> Float[Tensor, "*batch"]:
    r"""The largest norm that any row of scores can have, by spectral norms alone.

    .. math:: \lVert z_i \rVert \le \lVert W_Q W_K^\top \rVert_2 \, \lVert X X^\top \rVert_2,
              \qquad z_{ij} = x_i^\top W_Q W_K^\top x_j

    Parameters
    ----------
    query_weight, key_weight : Tensor
        (feature, width): a token's query is `token @ query_weight`. Scores are not divided by the
        root of the width here; divide a weight by it if yours are.
    tokens : Tensor
        (..., token, feature).

    Returns
    -------
    Tensor
        One bound for each sequence, (...), in at least float32.

    Raises
    ------
    TypeError
        For tensors that are not floating point or differ in dtype.
    ValueError
        For NaN, an infinity, sizes that do not fit together, or a product of norms that overflows.

    Notes
    -----
    Zhai et al. 2023, the norm in theorem 3.1 (second-hand): their bound on the entropy of all rows
    is that of the sharpest row of this norm.
    """
    dtype = torch.promote_types(tokens.dtype, torch.float32)
    product = query_weight.to(dtype) @ key_weight.to(dtype).mT
    ceiling = _spectral_norm(product) * _spectral_norm(tokens.to(dtype)).square()
    if not is_traced(ceiling) and not bool(ceiling.isfinite().all()):
        raise ValueError(f"tokens and weights must have a product of norms within {dtype}, got inf")
    return ceiling


def _spectral_norm(matrix: Tensor) -> Tensor:
    if 0 in matrix.shape[-2:]:
        return matrix.new_zeros(matrix.shape[:-2])
    return torch.linalg.matrix_norm(matrix, ord=2)
