"""The law of a row with several sinks: its entropy falls at first, and then grows as their log."""

import math
from typing import Annotated, NamedTuple

from attnkit.arguments import Range, checked

__all__ = ["SinkLaw", "sink_law", "turning_mass"]

Score = Annotated[float, Range(-300.0, 300.0)]
Spread = Annotated[float, Range(0.0, 20.0)]


class SinkLaw(NamedTuple):
    """What a row with sinks amounts to.

    Parameters
    ----------
    mass : float
        a, the weight of all sinks together.
    entropy : float
        H of the row, in nats.
    """

    mass: float
    entropy: float


@checked
def sink_law(
    n_keys: Annotated[int, Range(2, 1_000_000_000)],
    n_sinks: Annotated[int, Range(1, 1_000_000_000)],
    sink: Score,
    spread: Spread,
) -> SinkLaw:
    r"""Mass of the sinks and entropy of a row of n keys, P of which are sinks, for a large n.

    .. math:: \begin{gathered} a = \frac{P e^D}{P e^D + (n - P) e^{s^2/2}}, \\
        H = h(a) + a \log P + (1 - a) \left(\log(n - P) - \tfrac{s^2}2\right) \end{gathered}

    Sinks have the score D, all others are normal with standard deviation s; h is the entropy of a
    coin. Sums over the others are taken by their mean, as is right for many of them and a small s.

    Parameters
    ----------
    n_keys, n_sinks : int
        n and P, P less than n. A context in P pieces that each begin with a sink has P.
    sink, spread : float
        D and s.

    Returns
    -------
    SinkLaw of two floats.

    Raises
    ------
    TypeError, ValueError
        For numbers out of range, or as many sinks as keys.

    Notes
    -----
    Derived here, for what Zhang et al. 2024 measure, "Attention entropy is a key factor: an
    analysis of parallel context encoding with full-attention-based pre-trained language models".
    """
    if n_sinks >= n_keys:
        raise ValueError(f"n_sinks must be less than n_keys = {n_keys}, got {n_sinks}")
    others = math.log(n_keys - n_sinks)
    odds = math.log(n_sinks) + sink - others - spread**2 / 2
    mass, rest = _logistic(odds), _logistic(-odds)
    coin = _surprise(mass) + _surprise(rest)
    entropy = coin + mass * math.log(n_sinks) + rest * (others - spread**2 / 2)
    return SinkLaw(mass, entropy)


@checked
def turning_mass(sink: Score, spread: Spread) -> float:
    r"""Mass of the sinks at which more of them begin to raise the entropy.

    .. math:: \frac{dH}{d \log P} = a \left(1 - (1 - a)(D - s^2)\right), \qquad
        a^* = 1 - \frac1{D - s^2}

    Below it, another sink takes mass from many keys and gives it to few, so that the entropy
    falls. Zero where D is at most s² + 1: then it never falls.

    Parameters
    ----------
    sink, spread : float
        D and s of `sink_law`.

    Returns
    -------
    float from zero to one.

    Raises
    ------
    TypeError, ValueError
        For numbers out of range.

    Notes
    -----
    Derived here, with n - P held still.
    """
    return max(0.0, 1 - 1 / max(sink - spread**2, 1.0))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))


def _surprise(share: float) -> float:
    return -share * math.log(share) if share > 0 else 0.0
