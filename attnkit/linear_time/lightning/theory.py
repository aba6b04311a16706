"""What a head that forgets at a fixed rate recalls of random pairs, by their age."""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["half_life", "recalled_by_age"]

Rate = Annotated[float, Range(-1e4, 0.0)]


@checked
def half_life(log_decay: Rate) -> float:
    r"""Return after how many tokens a pair is worth half; infinity where nothing is forgotten.

    .. math:: a_{1/2} = \log 2 / |\ell|

    Parameters
    ----------
    log_decay : float
        ℓ, at most 0.

    Returns
    -------
    float
        Tokens.

    Raises
    ------
    ValueError, TypeError
        A positive log-decay; no number.

    References
    ----------
    Derived here.
    """
    return math.inf if log_decay == 0 else math.log(2) / -log_decay


@checked
def recalled_by_age(
    log_decay: Rate,
    age: Annotated[int, Range(0, 2**40)],
    n_tokens: Annotated[int, Range(1, 2**40)],
    d_key: Annotated[int, Range(1, 65536)],
) -> float:
    r"""Return the cosine of what a pair's key reads with the pair's value, for random pairs.

    .. math:: \frac{\lambda^{a}}{\sqrt{\lambda^{2a} + \frac1d \sum_{b \ne a} \lambda^{2b}}},
              \qquad b = 0, \dots, T - 1

    Keys are random directions, so that the others' values come in with products of size
    :math:`1/\sqrt d`, faded by their own age.

    Parameters
    ----------
    log_decay : float
        ℓ, at most 0.
    age : int
        a, writes since the pair's own, below `n_tokens`.
    n_tokens : int
        T, pairs written.
    d_key : int
        d, width of a key.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError, TypeError
        An age that no pair has; numbers out of range.

    References
    ----------
    Derived here.
    """
    if age >= n_tokens:
        raise ValueError(f"age must be below n_tokens = {n_tokens}, got {age}")
    others = n_tokens - 1.0
    if log_decay < 0:
        whole = math.expm1(2 * log_decay * n_tokens) / math.expm1(2 * log_decay)
        others = max(whole - math.exp(2 * log_decay * age), 0.0)
    if others == 0:
        return 1.0
    signal = log_decay * age - 0.5 * math.log(others / d_key)
    return 1 / math.sqrt(1 + math.exp(min(-2 * signal, 700.0)))
