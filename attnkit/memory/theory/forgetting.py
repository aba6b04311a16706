"""What age does to a memory: the best decay for an age, and the delta rule's forgetting curve."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.validate import require_number

__all__ = [
    "best_retention",
    "best_snr",
    "decaying_snr",
    "delta_forgetting",
    "delta_moments",
    "delta_snr",
    "hebb_forgetting",
]


def decaying_snr(age: float, n_pairs: float, d_key: int, retention: float) -> float:
    r"""Return the signal-to-noise ratio of a pair stored `age` writes ago under decay g.

    .. math:: \frac{g^{2m} d}{(1 - g^{2n})/(1 - g^2) - g^{2m}}

    with n pairs written in all. Derived here.
    """
    require_number("retention", retention, low=0.0, high=1.0)
    square = retention**2
    power = n_pairs if square == 1 else (1 - square**n_pairs) / (1 - square)
    return square**age * d_key / (power - square**age)


def best_retention(age: float) -> float:
    """Return g = √(m/(m + 1)), the decay that serves age m best in a memory without beginning.

    The ratio grows with g^{2m} (1 − g²), largest there. Derived here.
    """
    return (age / (age + 1)) ** 0.5


def best_snr(age: float, d_key: int) -> float:
    """Return d p/(1 − p) with p = mᵐ/(m + 1)^{m+1}, about d/(e m): the best at age m."""
    share = (age / (age + 1)) ** age / (age + 1)
    return d_key * share / (1 - share)


def hebb_forgetting(n_pairs: int, d_key: int) -> Float[Tensor, " age"]:
    """Return (n − 1)/d at every age: a sum forgets nothing and drowns everything alike."""
    return torch.full((n_pairs,), (n_pairs - 1) / d_key, dtype=torch.float64)


def delta_moments(
    n_pairs: int, d_key: int, rate: float
) -> tuple[Float[Tensor, " age"], Float[Tensor, " age"]]:
    r"""Return, by age, the mean product of a read with its value and the mean square of the read.

    One pass of the delta rule over unit isotropic keys and zero-mean values of unit power. With F
    the squared size of the state, each write does

    .. math::
        F' &= F (1 - (2b - b^2)/d) + b^2, \qquad c' = c (1 - b/d), \\
        a' &= a - 2ba/d + b^2 [1/d + (F + 2a)/(d(d+2))],

    and a pair enters with c = b and a = (1 − b)² F/d + b². Entry 0 is the pair stored last.
    Derived here.
    """
    require_number("rate", rate, low=0.0, high=2.0)
    size = 0.0
    product, read = (torch.empty(0, dtype=torch.float64) for _ in range(2))
    for _ in range(n_pairs):
        crossed = (size + 2 * read) / (d_key * (d_key + 2))
        read = read - 2 * rate * read / d_key + rate**2 * (1 / d_key + crossed)
        product = product * (1 - rate / d_key)
        entry = (1 - rate) ** 2 * size / d_key + rate**2
        read = torch.cat([read.new_tensor([entry]), read])
        product = torch.cat([product.new_tensor([rate]), product])
        size = size * (1 - (2 * rate - rate**2) / d_key) + rate**2
    return product, read


def delta_forgetting(n_pairs: int, d_key: int, rate: float) -> Float[Tensor, " age"]:
    """Return a − 2c + 1, the relative error E|Sᵀk − v|²/E|v|² of one pass of the delta rule."""
    product, read = delta_moments(n_pairs, d_key, rate)
    return read - 2 * product + 1


def delta_snr(n_pairs: int, d_key: int, rate: float) -> Float[Tensor, " age"]:
    """Return c²/(a − c²) by age: the power of the read along its value over the rest."""
    product, read = delta_moments(n_pairs, d_key, rate)
    return product**2 / (read - product**2)
