"""Adaptively sparse attention: an alpha between 1 and 2 that is a free parameter of each head."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.finite import entmax
from attnkit.masks import Mask

__all__ = ["AdaptiveEntmax", "adaptive_weights"]

_Free = Annotated[float, Range()] | Annotated[Float[Tensor, "*#shape"], Finite()]
_EDGE = 16.0


@checked
def adaptive_weights(
    scores: Float[Tensor, "*shape"], a: _Free = 0.0, dim: int = -1, mask: Mask | None = None
) -> Float[Tensor, "*shape"]:
    r"""Weigh by `entmax` with an alpha between softmax's and sparsemax's, set by a free number.

    .. math:: p = \mathrm{entmax}_{\alpha}(z), \qquad \alpha = 1 + \frac{1}{1 + e^{-a}}

    Differentiable in the scores and in a, at both ends too: at alpha = 1 the slope in alpha is
    -p_i (l_i² - sum_j p_j l_j²) / 2 with l = log p, not a quotient of zeros.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero.
    a : float or Tensor
        Any finite number, or a tensor that broadcasts to `scores` with size 1 along `dim`. Alpha is
        computed from it in float32 at least, for in half precision it would move in steps.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and gives no gradient, to a neither.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores or a that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, a that is not finite or does not broadcast.

    References
    ----------
    Correia, Niculae and Martins 2019, arXiv:1909.00015; the limit at alpha = 1 is derived here.
    """
    return entmax(scores, _alpha_of(a), dim, mask)


def _alpha_of(a: float | Tensor) -> float | Tensor:
    if isinstance(a, Tensor):
        return 1 + torch.sigmoid(a.to(torch.promote_types(a.dtype, torch.float32)))
    return 1.5 + math.tanh(a / 2) / 2


@checked
class AdaptiveEntmax(nn.Module):
    r"""Weights of scores (..., head, query, key), each head with an alpha that it learns.

    Parameters
    ----------
    n_heads : int
        Heads, each with its own alpha.
    start : float
        What every alpha is at first, above 1 and below 2.

    Attributes
    ----------
    a : nn.Parameter
        (head,), the free numbers; `alpha` is 1 + sigmoid(a).

    Raises
    ------
    ValueError, TypeError
        For a number of heads that is none, or a start at or beyond an end, where the sigmoid's
        slope is zero and nothing would be learned.

    References
    ----------
    Correia, Niculae and Martins 2019, arXiv:1909.00015.
    """

    def __init__(
        self,
        n_heads: Annotated[int, Range(1, 1_000_000)],
        start: Annotated[float, Range(1.001, 1.999)] = 1.5,
    ):
        super().__init__()
        self.a = nn.Parameter(torch.full((n_heads,), math.log((start - 1) / (2 - start))))

    @property
    def alpha(self) -> Tensor:
        """(head,), each between 1 and 2."""
        return _alpha_of(self._within())

    def _within(self) -> Tensor:
        """The free numbers, held where the sigmoid still has a slope; one beyond is led back."""
        held = self.a.clamp(-_EDGE, _EDGE)
        return self.a + (held - self.a).detach()

    @checked
    def forward(
        self, scores: Float[Tensor, "*batch head query key"], mask: Mask | None = None
    ) -> Float[Tensor, "*batch head query key"]:
        """Weights shaped like the scores, of their dtype.

        Raises
        ------
        ValueError, TypeError
            As `adaptive_weights`, and for another number of heads.
        """
        if scores.shape[-3] != len(self.a):
            raise ValueError(
                f"scores must have {len(self.a)} heads in (..., head, query, key), "
                f"got shape {tuple(scores.shape)}"
            )
        return adaptive_weights(scores, self._within()[:, None, None], mask=mask)
