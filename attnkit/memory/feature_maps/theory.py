"""What a feature map costs, and what softmax gains: the ratios behind other kernels."""

import math
from collections.abc import Callable
from functools import cache
from typing import Annotated

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.quantities import Pairs, Width

__all__ = ["coordinate_moments", "feature_snr", "softmax_target_weight"]


@checked
def coordinate_moments(feature_map: Callable[[Tensor], Tensor]) -> tuple[float, float]:
    """Return E φ(x) and E φ(x)² of a coordinate-wise map of a standard normal, by quadrature.

    Parameters
    ----------
    feature_map : callable
        Takes a tensor of numbers between −12 and 12 and returns one of the same shape.

    Raises
    ------
    ValueError
        A map that changes the shape, or gives NaN or infinity.
    TypeError
        No map, or one that does not return a tensor.
    """
    x, weights = _normal_rule()
    features = feature_map(x.clone())
    if not isinstance(features, Tensor):
        raise TypeError(f"feature_map must return a tensor, got {type(features).__name__}")
    if features.shape != x.shape or not bool(features.isfinite().all()):
        raise ValueError(
            f"feature_map must give one finite number for each of {len(x)} numbers, "
            f"got shape {tuple(features.shape)}, {int((~features.isfinite()).sum())} not finite"
        )
    return (
        (features * weights).sum().item(),
        (features.square() * weights).sum().item(),
    )


@cache
def _normal_rule() -> tuple[Tensor, Tensor]:
    """Gauss nodes in panels of [−12, 12], one ending at zero, where most maps have their kink."""
    nodes, weights = (torch.from_numpy(each) for each in np.polynomial.legendre.leggauss(4))
    edges = torch.linspace(-12, 12, 12_001, dtype=torch.float64)
    half = edges.diff()[:, None] / 2
    x = (edges[:-1, None] + half * (1 + nodes)).flatten()
    density = (-x.square() / 2).exp() / math.sqrt(2 * math.pi)
    return x, (half * weights).flatten() * density


@checked
def feature_snr(
    n_pairs: Pairs,
    d_key: Width,
    moments: tuple[Annotated[float, Range(-1e30, 1e30)], Annotated[float, Range(1e-60, 1e60)]],
) -> float:
    r"""Return the signal-to-noise ratio behind a coordinate-wise feature map of normal keys.

    .. math:: \frac{d\, m_2^2}{(n - 1)\,(d\, m_1^4 + m_2^2 - m_1^4)}

    with the moments :math:`m_1 = E\phi`, :math:`m_2 = E\phi^2`; infinite for one pair. With
    :math:`m_1 = 0` it grows as d; any other map stops at :math:`(m_2/m_1^2)^2/(n - 1)` however wide
    the keys: 2.1308 for elu+1, π² for ReLU, e² for the exponential. Signal: the squared mean of
    φ(k)·φ(k); noise: the mean square of φ(k)·φ(k'). Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d, before the map.
    moments : tuple of float
        :math:`m_1` and :math:`m_2`, as `coordinate_moments` gives them.

    Raises
    ------
    ValueError
        A number out of its range, and moments that no map has, :math:`m_2 < m_1^2`.
    TypeError
        No numbers.
    """
    mean, square = moments
    share = mean**2 / square
    if share > 1 + 1e-9:
        raise ValueError(f"moments must have second >= first squared, got {moments}")
    per_pair = d_key / (1 + (d_key - 1) * share**2)
    return per_pair / (n_pairs - 1) if n_pairs > 1 else math.inf


@checked
def softmax_target_weight(
    n_pairs: Pairs, d_key: Width, sharpness: Annotated[float, Range(0.0, 1e6)]
) -> float:
    r"""Return :math:`e^\beta / (e^\beta + (n-1) e^{\beta^2/2d})`: weight of the key asked for.

    Unit keys at inverse temperature beta; one for one pair. The overlaps are taken as normal,
    good while beta is well below d; at beta near d the true capacity is larger than this says.
    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.
    sharpness : float
        The inverse temperature beta.

    Raises
    ------
    ValueError, TypeError
        As `retrieval_snr`.
    """
    if n_pairs == 1:
        return 1.0
    lead = sharpness - sharpness**2 / (2 * d_key) - math.log(n_pairs - 1)
    return float(expit(lead))
