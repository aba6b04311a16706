"""The score that a key must exceed to get a weight: of a row, and of a normal row."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import entmax
from attnkit.masks import Mask
from attnkit.precision import widened
from attnkit.selection.shared.blocks import Size

__all__ = [
    "Alpha",
    "entmax_of",
    "gaussian_threshold",
    "support_threshold",
    "threshold_of_normal",
    "threshold_terms",
]

Alpha = Annotated[float, Range(1.01, 8.0)]


@checked
def support_threshold(
    scores: Float[Tensor, "*batch key"], alpha: Alpha = 1.5, mask: Mask | None = None
) -> Float[Tensor, "*batch"]:
    r"""Return the score that a key must exceed to get a weight from entmax.

    .. math:: \tau = \sum_j p_j \left( z_j - \frac{p_j^{\alpha - 1}}{\alpha - 1} \right), \qquad
              p_j = [(\alpha - 1)(z_j - \tau)]_+^{1 / (\alpha - 1)}

    Every key of positive weight says the same :math:`\tau`. Of fewer keys it is lower: what some
    pages say is a lower bound of what all would.

    Parameters
    ----------
    scores : Tensor
        z, (..., key). A score of -inf has no weight.
    alpha : float
        :math:`\alpha` from 1.01 to 8.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended.

    Returns
    -------
    Tensor
        (...) in at least float32; zero for a row that may attend nothing.

    Raises
    ------
    ValueError, TypeError
        As `attnkit.densities.entmax`; an order outside its range.

    References
    ----------
    Peters, Niculae and Martins 2019, equation 10.
    """
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    return threshold_terms(scores, mask, alpha=alpha).sum(-1)


def threshold_terms(scores: Tensor, mask: Tensor | None, *, alpha: float) -> Tensor:
    """Terms (..., key) that sum to the threshold: each key's own, times its weight."""
    weights = entmax(scores, alpha, mask=mask)
    held = weights > 0
    power = torch.where(held, weights, 1.0) ** (alpha - 1)
    return weights * (scores.where(held, 0.0) - power / (alpha - 1))


def entmax_of(scores: Tensor, mask: Tensor | None, *, alpha: float) -> Tensor:
    """Entmax as it weighs gathered scores."""
    return entmax(scores, alpha, mask=mask)


@checked
def gaussian_threshold(
    mean: Annotated[Float[Tensor, "*batch"], Finite()],
    spread: Annotated[Float[Tensor, "*batch"], Range(0.0, 1e37)],
    n_keys: Size,
) -> Float[Tensor, "*batch"]:
    r"""Return the threshold that entmax of order 3/2 would have if the scores were normal.

    .. math::
        (m^2 + s^2) \, \Phi(m / s) + m s \, \varphi(m / s) = \frac{1}{n}, \qquad
        m = \frac{\mu - \tau}{2}, \quad s = \frac{\sigma}{2}

    The left side is the mean of :math:`[(z - \tau)/2]_+^2`. No page has to be read for it, and
    nothing is certain: a row with a few high keys has a higher threshold than this.

    Parameters
    ----------
    mean, spread : Tensor
        :math:`\mu` and :math:`\sigma` of a row's scores, of one shape.
    n_keys : int
        n.

    Returns
    -------
    Tensor
        :math:`\tau`, (...) in at least float32.

    Raises
    ------
    ValueError, TypeError
        A spread below zero; entries that are no finite numbers.

    References
    ----------
    EntmaxKV, arXiv:2605.21649: the selector of the authors' code; the equation is derived here.
    """
    return threshold_of_normal(mean, spread, torch.tensor(n_keys, device=mean.device))


def threshold_of_normal(mean: Tensor, spread: Tensor, n_keys: Tensor) -> Tensor:
    """The same, of rows whose numbers of keys broadcast to them."""
    dtype = torch.promote_types(mean.dtype, torch.float32)
    mean, s, n = widened(mean), widened(spread) / 2, widened(n_keys)
    # Equal scores have m = n^{-1/2}, and a spread only raises the threshold; the best of n normal
    # scores stands no higher than the root of 2 log n, in the mean.
    high = (n**-0.5).expand(s.shape)
    low = -s * ((2 * n.log()).sqrt() + 2)
    for _ in range(60):
        middle = (low + high) / 2
        enough = _mean_square(middle, s) >= 1 / n
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
    return (mean - low - high).to(dtype)


def _mean_square(m: Tensor, s: Tensor) -> Tensor:
    """The mean of the square of what is positive of a normal number."""
    ratio = m / s.clamp_min(torch.finfo(s.dtype).tiny)
    density = torch.exp(-(ratio.clamp(-38, 38) ** 2) / 2) / math.sqrt(2 * math.pi)
    return (m**2 + s**2) * torch.special.ndtr(ratio) + m * s * density
