"""Weights by a product of Gaussians about the mean of the row, and the one Gaussian that it is."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.finite import softmax
from attnkit.masks import Mask, attended_keys, require_dimension
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["gaam_weights", "one_gaussian"]

EPSILON = 1e-8
Centres = Annotated[Float[Tensor, " gaussian"], Range(-1e6, 1e6)]
Widths = Annotated[Float[Tensor, " gaussian"], Range(1e-6, 1e6)]


@checked
@outside_autocast
def gaam_weights(
    scores: Float[Tensor, "*shape"],
    offsets: Centres,
    widths: Widths,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Weigh a row by a product of Gaussians of its standardised scores, divided by its sum.

    .. math:: p_i \propto \prod_k \exp\!\Big(-\frac{(y_i - \delta_k / u)^2}{2 w_k^2}\Big), \qquad
              y_i = \frac{z_i - \bar z}{u}, \quad u^2 = \mathrm{var}(z) + 10^{-8}

    The key that stands where the Gaussians meet has the most, not the one of the largest score.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape. Half precision is computed in float32 and returned as half
        precision. A score of -inf gets weight zero and is in neither mean nor variance.
    offsets : Tensor
        :math:`\delta_k`, from the row's mean to each centre, in the unit of the scores.
    widths : Tensor
        :math:`w_k`, of each Gaussian, in standard deviations of the row.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zero weights and zero gradients, a single key weight one.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError
        For scores, offsets or widths that are not floating point, or a mask that is not boolean.
    ValueError
        For NaN or +inf among the attended scores, widths outside [1e-6, 1e6], offsets beyond 1e6,
        no Gaussian at all, or shapes that do not fit.

    Notes
    -----
    Ioannides, Chadha and Elkins 2024 (2401.11143), by the authors' code: unbiased variance, and
    offsets that are added before the division by u.
    """
    dim = require_dimension(dim, scores)
    if len(offsets) == 0:
        raise ValueError("offsets must hold at least one Gaussian, got none")
    attended = attended_keys(scores, mask)
    if scores.numel() == 0:
        return scores.clone()
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    rows = rows if attended is None else rows.masked_fill(~attended, 0.0)
    require_finite("scores", rows)
    standard, unit = _standardised(rows, attended, dim)
    logits = torch.zeros_like(rows)
    for offset, width in zip(offsets.to(rows), widths.to(rows), strict=True):
        # The square of the centre is the same for all keys of the row, and may be huge.
        logits = logits + (standard * (offset / unit) - standard.square() / 2) / width.square()
    return softmax(logits, dim, attended).to(scores.dtype)


def _standardised(rows: Tensor, attended: Tensor | None, dim: int) -> tuple[Tensor, Tensor]:
    """Scores less their mean over the root of their variance, and that root."""
    largest = rows.detach().abs().amax(dim, keepdim=True).clamp_min(1.0)
    rows = rows / largest
    seen = torch.ones_like(rows) if attended is None else attended.to(rows).expand_as(rows)
    n = seen.sum(dim, keepdim=True)
    centred = (rows - rows.sum(dim, keepdim=True) / n.clamp_min(1)) * seen
    variance = centred.square().sum(dim, keepdim=True) / (n - 1).clamp_min(1)
    root = (variance + EPSILON / largest.square()).sqrt()
    return centred / root, root * largest


@checked
def one_gaussian(
    centres: Annotated[Float[Tensor, "*batch gaussian"], Finite()],
    widths: Annotated[Float[Tensor, "*batch gaussian"], Range(1e-6, 1e6)],
) -> tuple[Float[Tensor, "*batch"], Float[Tensor, "*batch"]]:
    r"""Return centre and width of the one Gaussian that a product of Gaussians is.

    .. math:: \frac{1}{w^2} = \sum_k \frac{1}{w_k^2}, \qquad m = w^2 \sum_k \frac{m_k}{w_k^2}

    Precisions add; the centre is their weighted mean, and no factor is narrower than the product.

    Parameters
    ----------
    centres, widths : Tensor
        (..., gaussian), :math:`m_k` and :math:`w_k`.

    Returns
    -------
    centre, width
        (...,) each.

    Raises
    ------
    TypeError, ValueError
        For numbers that are not floating point or not finite, widths outside [1e-6, 1e6], shapes
        that differ, or no Gaussian.

    Notes
    -----
    Derived here: logarithms of Gaussians are parabolas, and a sum of parabolas is one.
    """
    if centres.shape[-1] == 0:
        raise ValueError("centres must hold at least one Gaussian, got none")
    wide = torch.promote_types(centres.dtype, torch.float32)
    precisions = widths.to(wide).square().reciprocal()
    total = precisions.sum(-1)
    centre = (precisions * centres.to(wide)).sum(-1) / total
    return centre.to(centres.dtype), total.rsqrt().to(centres.dtype)
