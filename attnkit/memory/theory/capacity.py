"""How many pairs one head holds: four laws, the signal-to-noise ratio, and what features cost.

n pairs of independent unit keys (dimension d, uniform on the sphere) and zero-mean values are
summed into one state; reading key j returns its value and the cross-talk of the others.
"""

import math
from collections.abc import Callable

import torch
from scipy.special import gammaln, ndtr
from torch import Tensor

from attnkit.validate import require_number

__all__ = [
    "all_bits_probability",
    "average_capacity",
    "bit_error",
    "coherence_capacity",
    "coordinate_moments",
    "cosine",
    "feature_snr",
    "noisy_query_noise",
    "perfect_recall_capacity",
    "retrieval_snr",
    "softmax_target_weight",
    "welch_bound",
    "worst_case_capacity",
]


def retrieval_snr(n_pairs: float, d_key: int) -> float:
    """Return d/(n − 1), signal over noise power of one read; infinite for one pair.

    Two unit keys overlap with mean zero and mean square 1/d. Derived here.
    """
    return d_key / (n_pairs - 1) if n_pairs > 1 else math.inf


def cosine(n_pairs: float, d_key: int) -> float:
    """Return 1/√(1 + (n − 1)/d), the cosine between a read and its target for wide values."""
    return (1 + (n_pairs - 1) / d_key) ** -0.5


def noisy_query_noise(n_pairs: float, d_key: int, query_noise: float) -> float:
    """Return (n − 1)/d + s² n/d: relative noise power of a read by a key plus noise of power s²."""
    return (n_pairs - 1) / d_key + query_noise * n_pairs / d_key


def average_capacity(d_key: int, tolerance: float) -> float:
    """Return 1 + ε² d: the pairs at which the root-mean-square error is ε of the value.

    The average law, linear in d. Derived here.
    """
    return 1 + tolerance**2 * d_key


def worst_case_capacity(d_key: int, tolerance: float) -> float:
    """Return 1 + ε/E|k·k'| ≈ 1 + ε √(π d/2): the pairs at which the worst values cost ε.

    The summed size of the overlaps, which values of unit size can line up with; E|k·k'| is
    Γ(d/2)/(√π Γ((d + 1)/2)). Grows as √d. Derived here.
    """
    overlap = math.exp(gammaln(d_key / 2) - gammaln((d_key + 1) / 2)) / math.sqrt(math.pi)
    return 1 + tolerance / overlap


def coherence_capacity(d_key: int, tolerance: float) -> float:
    """Return the n at which (n − 1) √(4 ln n/d) = ε: a guarantee from the largest overlap alone.

    √(4 ln n/d) is the typical largest of n²/2 overlaps. About ε √(d/(4 ln n)). Derived here.
    """
    low, high = 1.0, 2.0 + tolerance * d_key
    for _ in range(80):
        middle = (low + high) / 2
        cost = (middle - 1) * math.sqrt(4 * math.log(middle) / d_key)
        low, high = (middle, high) if cost < tolerance else (low, middle)
    return low


def welch_bound(n_pairs: int, d_key: int) -> float:
    """Return √((n − d)/(d (n − 1))) for n > d, else 0: the least largest overlap of n unit keys.

    Welch 1974.
    """
    if n_pairs <= d_key:
        return 0.0
    return math.sqrt((n_pairs - d_key) / (d_key * (n_pairs - 1)))


def bit_error(n_pairs: float, d_key: int) -> float:
    """Return Φ(−√(d/(n − 1))): how often one of the signs of a ±1 value is read wrongly."""
    return float(ndtr(-math.sqrt(retrieval_snr(n_pairs, d_key))))


def all_bits_probability(n_pairs: float, d_key: int, d_value: int) -> float:
    """Return (1 − bit error)^(n d_value): the chance that every sign of every value is right.

    Bits are taken as independent; they share keys, so the truth lies a little above.
    """
    return (1 - bit_error(n_pairs, d_key)) ** (n_pairs * d_value)


def perfect_recall_capacity(d_key: int, d_value: int, *, probability: float = 0.5) -> float:
    """Return the n at which all n d_value signs are right with this probability.

    About d/(2 ln(n d_value)), the law of McEliece et al. 1987 for Hopfield networks.
    """
    require_number("probability", probability, low=0.0, high=1.0, exclusive=True)
    low, high = 1.0, float(d_key) + 1
    for _ in range(60):
        middle = (low + high) / 2
        good = all_bits_probability(middle, d_key, d_value) > probability
        low, high = (middle, high) if good else (low, middle)
    return low


def coordinate_moments(feature_map: Callable[[Tensor], Tensor]) -> tuple[float, float]:
    """Return E φ(x) and E φ(x)² of a coordinate-wise map of a standard normal, by quadrature."""
    x = torch.linspace(-12, 12, 48_001, dtype=torch.float64)
    density = (-x.square() / 2).exp() / math.sqrt(2 * math.pi)
    features = feature_map(x)
    return (
        torch.trapezoid(features * density, x).item(),
        torch.trapezoid(features.square() * density, x).item(),
    )


def feature_snr(n_pairs: float, d_key: int, moments: tuple[float, float]) -> float:
    r"""Return the signal-to-noise ratio behind a coordinate-wise feature map of normal keys.

    .. math:: \frac{d\, m_2^2}{(n - 1)\,(d\, m_1^4 + m_2^2 - m_1^4)}

    with the moments :math:`m_1 = E\phi`, :math:`m_2 = E\phi^2`. With :math:`m_1 = 0` it grows as
    d; any other map stops at :math:`(m_2/m_1^2)^2/(n - 1)` however wide the keys: 2.13 for elu+1,
    π² for ReLU, e² for the exponential. Signal: the squared mean of φ(k)·φ(k); noise: the mean
    square of φ(k)·φ(k'). Derived here.
    """
    mean, square = moments
    overlap = d_key * mean**4 + square**2 - mean**4
    return d_key * square**2 / overlap / (n_pairs - 1)


def softmax_target_weight(n_pairs: float, d_key: int, sharpness: float) -> float:
    r"""Return :math:`e^b / (e^b + (n-1) e^{b^2/2d})`: the softmax weight on the key asked for.

    Unit keys at inverse temperature b. The overlaps are taken as normal, good while b is well
    below d; at b near d the true capacity is larger than this says. Derived here.
    """
    rivals = math.log(n_pairs - 1) + sharpness**2 / (2 * d_key) - sharpness
    return 1 / (1 + math.exp(rivals))
