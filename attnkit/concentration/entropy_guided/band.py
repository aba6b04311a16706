"""Entropy guidance: a penalty on heads whose entropy leaves a band."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.diagnostics import entropy, undefined
from attnkit.masks import Mask, require_mask
from attnkit.validate import is_traced

__all__ = ["band_penalty", "released_band_penalty"]

Weights = Annotated[Float[Tensor, "*batch head query key"], Finite()]
Target = Annotated[Float[Tensor, " head"], Range(0.0, 1.0)]
Tolerance = Annotated[float, Range(0.0, 1.0)]


@checked
def band_penalty(
    weights: Weights, target: Target, tolerance: Tolerance = 0.2, mask: Mask | None = None
) -> Float[Tensor, "*batch head"]:
    r"""Penalise a head for each row by how far its entropy lies outside a band, squared.

    .. math:: \frac{1}{\#q} \sum_q \bigl[\lvert H_q - \theta_h \log n_q\rvert
              - \epsilon \log n_q\bigr]_+^2

    Zero with zero gradient inside the band, and continuous with its slope at the edge. H_q is the
    entropy of query q, and n_q the number of keys that it may attend.

    Parameters
    ----------
    weights : Tensor
        Densities (..., head, query, key). Half precision is computed in float32. A row of zeros,
        as a fully masked one, takes no part.
    target : Tensor
        (head,), the share :math:`\theta_h` of the largest entropy that a head should have.
    tolerance : float
        Half the width :math:`\epsilon` of the band, as a share of the largest entropy.
    mask : Tensor or None
        Boolean, broadcasts to `weights`; true where a key may be attended. Without one every query
        is taken to see all keys.

    Returns
    -------
    Tensor
        Mean over the queries that attend something, (..., head), in at least float32.

    Raises
    ------
    TypeError
        For weights or a target that are not floating point, or a mask that is not boolean.
    ValueError
        For weights, targets or a tolerance out of range, rows that are no density, weight where the
        mask has none, or shapes that do not fit.

    Notes
    -----
    After Jha and Reagen 2025, "Entropy-guided attention for private LLMs". Their released code
    charges the whole deviation outside the band: `released_band_penalty`.
    """
    deviation, slack, attended = _deviation(weights, target, tolerance, mask)
    return _mean_of_rows((deviation.abs() - slack).clamp_min(0).square(), attended)


@checked
def released_band_penalty(
    weights: Weights, target: Target, tolerance: Tolerance = 0.2, mask: Mask | None = None
) -> Float[Tensor, "*batch head"]:
    r"""Penalise a head's whole squared deviation as soon as it lies outside the band.

    .. math:: \frac{1}{\#q} \sum_q d_q^2 \, [\,\lvert d_q\rvert > \epsilon \log n_q\,],
              \qquad d_q = H_q - \theta_h \log n_q

    It jumps by :math:`(\epsilon \log n_q)^2` at the edge. The released code adds up rows where this
    takes their mean, and has no mask: pass none for its :math:`\log n` in causal rows too.

    Parameters
    ----------
    weights, target, tolerance, mask
        Shapes (..., head, query, key), (head,), a number, and what broadcasts to the weights: as
        `band_penalty` has them.

    Returns
    -------
    Tensor
        Mean over the queries that attend something, (..., head), in at least float32.

    Raises
    ------
    TypeError
        For weights or a target that are not floating point, or a mask that is not boolean.
    ValueError
        For weights, targets or a tolerance out of range, rows that are no density, weight where the
        mask has none, or shapes that do not fit.

    Notes
    -----
    Jha and Reagen 2025, the authors' code (entropy_regularization.py).
    """
    deviation, slack, attended = _deviation(weights, target, tolerance, mask)
    return _mean_of_rows(deviation.square().where(deviation.abs() > slack, 0.0), attended)


def _deviation(
    weights: Tensor, target: Tensor, tolerance: float, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Entropy minus target and the half-width, for each row, and whether it attends anything."""
    exact = weights.to(torch.promote_types(weights.dtype, torch.float32))
    largest = _visible(exact, mask).clamp_min(1).log()
    attended = (exact != 0).any(-1)
    # A row of zeros has no entropy; one key with everything has one, and takes the zeros' place.
    certain = torch.zeros_like(exact)
    certain[..., :1] = 1.0
    rows = exact.where(attended.unsqueeze(-1), certain)
    _require_densities(rows)
    return entropy(rows) - target.to(exact).unsqueeze(-1) * largest, tolerance * largest, attended


def _visible(weights: Tensor, mask: Tensor | None) -> Tensor:
    """How many keys each row may attend."""
    if mask is None:
        return weights.new_full(weights.shape[:-1], weights.shape[-1])
    allowed = require_mask(mask, weights.shape, "weights").expand(weights.shape)
    if not is_traced(weights) and bool((weights.detach() * ~allowed).any()):
        raise ValueError("weights must be zero where mask is false, got weight there")
    return allowed.sum(-1).to(weights.dtype)


def _require_densities(rows: Tensor) -> None:
    if rows.shape[-1] and not is_traced(rows) and (reason := undefined(rows)):
        raise ValueError(
            f"weights must hold densities or zeros along their last dimension: {reason}"
        )


def _mean_of_rows(penalties: Tensor, attended: Tensor) -> Tensor:
    return penalties.where(attended, 0.0).sum(-1) / attended.sum(-1).clamp_min(1)
