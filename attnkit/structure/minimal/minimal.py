"""Attention of states on themselves through one matrix for each head."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_finite_where_attended, require_mask
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced

__all__ = ["MinimalAttention", "minimal_attention", "symmetric_share"]


@checked
@outside_autocast
def minimal_attention(
    states: Float[Tensor, "*batch time width"],
    matrices: Annotated[Float[Tensor, "head width width"], Finite(), Like("states")],
    mask: Mask | None = None,
) -> Float[Tensor, "*batch time width"]:
    r"""Attention without value and output matrices: each head reads its own share of the channels.

    .. math:: c^{(h)} = \mathrm{softmax}\!\left(x M_h x^\top / \sqrt d\right) x^{(h)}

    :math:`x^{(h)}` are the channels of head h, as many for each; their reads stand side by side.

    Parameters
    ----------
    states : Tensor
        x, (..., time, width).
    matrices : Tensor
        M, (head, width, width): the query matrix times the transposed key matrix. The number of
        heads divides the width.
    mask : Tensor or None
        Boolean, broadcasts to (..., time); true where a token counts. One that does not is not read
        and may be NaN; it reads zeros itself.

    Returns
    -------
    Tensor (..., time, width) of the states' dtype. Half precision is computed in float32.

    Raises
    ------
    TypeError, ValueError
        For states and matrices that are not floating point, differ in dtype or width, or hold NaN
        or an infinity; for heads that do not divide the width, or a mask that does not broadcast.

    References
    ----------
    Bermeitinger et al. 2024, "Reducing the transformer architecture to a minimum". That a head
    reads its share of the channels is a choice made here.
    """
    n_heads, width = matrices.shape[:2]
    if n_heads == 0 or width % n_heads:
        raise ValueError(f"matrices must be of heads that divide the width {width}, got {n_heads}")
    counted = None if mask is None else _counted(mask, states)
    dtype = torch.promote_types(states.dtype, torch.float32)
    x = require_finite_where_attended("states", states, counted).to(dtype)[..., None, :, :]
    scores = (x @ (matrices.to(dtype) / math.sqrt(max(width, 1)))) @ x.mT
    if not is_traced(scores) and not bool(scores.isfinite().all()):
        raise ValueError("states must be of a size whose scores are finite, got some that are not")
    both = None if counted is None else (counted[..., None] & counted[..., None, :]).unsqueeze(-3)
    own = x[..., 0, :, :].unflatten(-1, (n_heads, -1)).movedim(-2, -3)
    read = softmax(scores, mask=both) @ own
    return read.movedim(-3, -2).flatten(-2).to(states.dtype)


def _counted(mask: Tensor, states: Tensor) -> Tensor:
    shape = states.shape[:-1]
    return require_mask(mask, shape, "states without their width").expand(shape)


@checked
@outside_autocast
def symmetric_share(
    matrix: Annotated[Float[Tensor, "*batch width width"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Share of a matrix' squared entries that lies in its symmetric part.

    .. math:: \frac{\lVert (M + M^\top)/2 \rVert^2}{\lVert M \rVert^2}
              = \frac12 + \frac{\operatorname{tr} M^2}{2 \lVert M \rVert^2}

    One for a symmetric matrix and zero for an antisymmetric one. For M = Q Kᵀ with independent
    normal entries of width d it is (1 + 1/d)/2 in the mean, up to terms of the second order.

    Parameters
    ----------
    matrix : Tensor
        (..., width, width).

    Returns
    -------
    Tensor (...), of the matrix' dtype; NaN for a matrix of zeros. Half precision is computed in
    float32.

    Raises
    ------
    TypeError, ValueError
        For a matrix that is not floating point, not square, of width 0, or holds NaN or an
        infinity.

    Notes
    -----
    Derived here.
    """
    if matrix.shape[-1] == 0:
        raise ValueError(f"matrix must have a width of at least 1, got {tuple(matrix.shape)}")
    whole = matrix.to(torch.promote_types(matrix.dtype, torch.float32))
    whole = whole / whole.abs().amax((-1, -2), keepdim=True)
    half = (whole + whole.mT) / 2
    return (half.square().sum((-1, -2)) / whole.square().sum((-1, -2))).to(matrix.dtype)


@checked
class MinimalAttention(nn.Module):
    r"""`minimal_attention` whose matrices are symmetric, by their lower triangles.

    .. math:: M_h = L_h + \mathrm{strict}(L_h)^\top, \qquad H\, d (d + 1) / 2
              \text{ numbers for } H \text{ heads}

    Parameters
    ----------
    width : int
        d, of the states.
    n_heads : int
        H; divides the width.

    Attributes
    ----------
    lower : nn.Parameter
        (head, entry), d (d + 1) / 2 entries each, normal with variance 1/d at first.

    Raises
    ------
    ValueError, TypeError
        For a width or a number of heads below 1, or heads that do not divide the width.

    References
    ----------
    Bermeitinger et al. 2024, "Reducing the transformer architecture to a minimum".
    """

    def __init__(
        self, width: Annotated[int, Range(1, 2**14)], n_heads: Annotated[int, Range(1, 2**14)]
    ):
        super().__init__()
        if width % n_heads:
            raise ValueError(f"n_heads must divide width = {width}, got {n_heads}")
        self.width = width
        self.lower = nn.Parameter(torch.randn(n_heads, width * (width + 1) // 2) / width**0.5)

    def matrices(self) -> Float[Tensor, "head width width"]:
        """The symmetric matrices."""
        rows, columns = torch.tril_indices(self.width, self.width, device=self.lower.device)
        place = torch.empty(self.width, self.width, dtype=torch.long, device=self.lower.device)
        place[rows, columns] = place[columns, rows] = torch.arange(len(rows), device=rows.device)
        return self.lower[:, place]

    @checked
    def forward(
        self, states: Float[Tensor, "*batch time width"], mask: Mask | None = None
    ) -> Float[Tensor, "*batch time width"]:
        """What the heads read of states (..., time, width), of their shape and dtype.

        Raises
        ------
        ValueError, TypeError
            For states of another width, and as `minimal_attention`.
        """
        if states.shape[-1] != self.width:
            wanted = f"(..., time, {self.width})"
            raise ValueError(f"states must have shape {wanted}, got {tuple(states.shape)}")
        return minimal_attention(states, self.matrices().to(states.dtype), mask=mask)
