"""What age does to a memory: the best decay for an age, and the delta rule's forgetting curve."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.quantities import Age, Pairs, StoredPairs, Width

__all__ = [
    "best_retention",
    "best_snr",
    "decaying_snr",
    "delta_forgetting",
    "delta_moments",
    "delta_snr",
    "hebb_forgetting",
]

Rate = Annotated[float, Range(0.0, 2.0)]


@checked
def decaying_snr(
    age: Age, n_pairs: Pairs, d_key: Width, retention: Annotated[float, Range(0.0, 1.0)]
) -> float:
    r"""Return the signal-to-noise ratio of a pair stored `age` writes ago under decay g.

    .. math:: \frac{g^{2m} d}{(1 - g^{2n})/(1 - g^2) - g^{2m}}

    with n pairs written in all; infinite where no other pair is left. Derived here.

    Parameters
    ----------
    age : float
        Writes m since; at most n − 1.
    n_pairs : float
        Written pairs n.
    d_key : int
        Key width d.
    retention : float
        The share g that is left after one write.

    Raises
    ------
    ValueError
        A number out of its range, and an age that n pairs do not reach.
    TypeError
        No number.
    """
    if age > n_pairs - 1:
        raise ValueError(f"age must be at most n_pairs - 1 = {n_pairs - 1}, got {age}")
    signal = retention ** (2 * age)
    noise = _written_power(n_pairs, retention) - signal
    return signal * d_key / noise if noise > 0 else math.inf


def _written_power(n_pairs: float, retention: float) -> float:
    """1 + g² + … + g^{2(n − 1)}, without a difference of near ones."""
    if retention in (0.0, 1.0):
        return n_pairs if retention else 1.0
    log_square = 2 * math.log(retention)
    return math.expm1(n_pairs * log_square) / math.expm1(log_square)


@checked
def best_retention(age: Age) -> float:
    """Return g = √(m/(m + 1)), the decay that serves age m best in a memory without beginning.

    The ratio grows with g^{2m} (1 − g²), largest there. Derived here.

    Parameters
    ----------
    age : float
        Writes m since the pair was stored.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.
    """
    return (age / (age + 1)) ** 0.5


@checked
def best_snr(age: Age, d_key: Width) -> float:
    """Return d p/(1 − p) with p = mᵐ/(m + 1)^{m+1}, about d/(e m): the best at age m.

    Infinite at age 0, where everything else may be forgotten. Derived here.

    Parameters
    ----------
    age : float
        Writes m since the pair was stored.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        As `best_retention`.
    """
    if age == 0:
        return math.inf
    return d_key / math.expm1(math.log1p(age) + age * math.log1p(1 / age))


@checked
def hebb_forgetting(
    n_pairs: Annotated[int, Range(1, 10**7)], d_key: Width
) -> Float[Tensor, " age"]:
    """Return (n − 1)/d at every age: a sum forgets nothing and drowns everything alike.

    Parameters
    ----------
    n_pairs : int
        Stored pairs n.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        As `best_retention`.
    """
    return torch.full((n_pairs,), (n_pairs - 1) / d_key, dtype=torch.float64)


@checked
def delta_moments(
    n_pairs: StoredPairs, d_key: Width, rate: Rate
) -> tuple[Float[Tensor, " age"], Float[Tensor, " age"]]:
    r"""Return, by age, the mean product of a read with its value and the mean square of the read.

    One pass of the delta rule over unit isotropic keys and zero-mean values of unit power. With F
    the squared size of the state, each write does

    .. math::
        F' &= F (1 - (2b - b^2)/d) + b^2, \qquad c' = c (1 - b/d), \\
        a' &= a - 2ba/d + b^2 [1/d + (F + 2a)/(d(d+2))],

    and a pair enters with c = b and a = (1 − b)² F/d + b². Entry 0 is the pair stored last.
    Derived here.

    Parameters
    ----------
    n_pairs : int
        Stored pairs n.
    d_key : int
        Key width d.
    rate : float
        The share b of each error that is written.

    Raises
    ------
    ValueError, TypeError
        As `best_retention`.
    """
    size, d_key = 0.0, float(d_key)
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


@checked
def delta_forgetting(n_pairs: StoredPairs, d_key: Width, rate: Rate) -> Float[Tensor, " age"]:
    """Return a − 2c + 1, the relative error E|Sᵀk − v|²/E|v|² of one pass of the delta rule.

    The moments a and c are those of `delta_moments`. Derived here.

    Parameters
    ----------
    n_pairs : int
        Stored pairs.
    d_key : int
        Key width.
    rate : float
        The share of each error that is written.

    Raises
    ------
    ValueError, TypeError
        As `best_retention`.
    """
    product, read = delta_moments(n_pairs, d_key, rate)
    return read - 2 * product + 1


@checked
def delta_snr(n_pairs: StoredPairs, d_key: Width, rate: Rate) -> Float[Tensor, " age"]:
    """Return c²/(a − c²) by age: the power of the read along its value over the rest.

    Infinite where nothing else is read, as of the last pair at rate one. At rate zero nothing is
    written; there stands the limit, Hebb's d/(n − 1). Derived here.

    Parameters
    ----------
    n_pairs : int
        Stored pairs n.
    d_key : int
        Key width d.
    rate : float
        The share of each error that is written.

    Raises
    ------
    ValueError, TypeError
        As `best_retention`.
    """
    if rate == 0:
        return hebb_forgetting(n_pairs, d_key).reciprocal()
    product, read = delta_moments(n_pairs, d_key, rate)
    return product**2 / (read - product**2).clamp(min=0.0)
