"""What the rules reach, in closed form: b is the rate, n the number of trials, λ = 1."""

import math
from typing import Annotated

from attnkit.arguments import Range, checked
from attnkit.memory.shared.rule import Rate, Share

__all__ = [
    "acquisition",
    "blocked",
    "decaying_asymptote",
    "extinction",
    "gated_asymptote",
    "overexpectation_asymptote",
    "overshadowed",
    "unequal_salience_asymptote",
]

Trials = Annotated[int, Range(0, 10**9)]
Cue = Annotated[float, Range(0.0, 1e6, open=True)]
"""The salience of a cue."""


Halved = Annotated[float, Range(0.0, 1.0)]
"""The rate of a compound of two cues, whose error shrinks by 1 − 2b."""

Settling = Annotated[float, Range(0.0, 2.0, open=True)]
"""A rate at which the delta rule settles."""


@checked
def acquisition(rate: Rate, n_trials: Trials) -> float:
    """Return 1 − (1 − b)ⁿ: the delta rule after "n A+".

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or trials that are no count up to 10⁹.
    """
    return 1 - extinction(rate, n_trials)


@checked
def extinction(rate: Rate, n_trials: Trials) -> float:
    """Return (1 − b)ⁿ: the share that n unreinforced trials leave under the delta rule.

    Raises
    ------
    ValueError, TypeError
        As `acquisition`.
    """
    return (1 - rate) ** n_trials


@checked
def overshadowed(rate: Halved, n_trials: Trials) -> float:
    """Return (1 − (1 − 2b)ⁿ)/2: what each of two cues reaches under the delta rule, "n AB+".

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 1], or trials that are no count up to 10⁹.
    """
    return (1 - (1 - 2 * rate) ** n_trials) / 2


@checked
def blocked(rate: Halved, n_first: Trials, n_second: Trials) -> float:
    """Return (1 − b)ᵐ (1 − (1 − 2b)ⁿ)/2: the added cue under the delta rule, "m A+ | n AB+".

    Raises
    ------
    ValueError, TypeError
        As `overshadowed`.
    """
    return extinction(rate, n_first) * overshadowed(rate, n_second)


@checked
def gated_asymptote(rate: Settling, retention: Share) -> float:
    """Return b / (1 − g (1 − b)): where the gated delta rule settles, "∞ A+".

    Raises
    ------
    ValueError, TypeError
        A rate outside (0, 2), or a retention outside [0, 1].
    """
    return rate / ((1 - retention) + retention * rate)


@checked
def decaying_asymptote(rate: Rate, retention: Share) -> float:
    """Return b / (1 − g): where Hebb with decay settles, "∞ A+".

    Raises
    ------
    ValueError, TypeError
        A rate outside [0, 2], or a retention outside [0, 1), as without decay nothing settles.
    """
    if retention == 1:
        raise ValueError("retention must be below 1, or the sum grows without end, got 1")
    return rate / (1 - retention)


@checked
def unequal_salience_asymptote(own: Cue, other: Cue) -> float:
    """Return a/(a² + b²): the weight of a cue of salience a beside one of b, under the delta rule.

    Raises
    ------
    ValueError, TypeError
        A salience outside (0, 10⁶).
    """
    length = math.hypot(own, other)
    return own / length / length


def overexpectation_asymptote() -> float:
    """Return 1/2: what two cues at one each fall to under the delta rule, "∞ AB+"."""
    return 0.5
