"""What the rules reach, in closed form: b is the rate, n the number of trials, λ = 1."""

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


def acquisition(rate: float, n_trials: int) -> float:
    """Delta rule, "n A+": 1 − (1 − b)ⁿ."""
    return 1 - (1 - rate) ** n_trials


def extinction(rate: float, n_trials: int) -> float:
    """Delta rule, n unreinforced trials: the share (1 − b)ⁿ that is left."""
    return (1 - rate) ** n_trials


def overshadowed(rate: float, n_trials: int) -> float:
    """Delta rule, "n AB+": each cue reaches (1 − (1 − 2b)ⁿ)/2."""
    return (1 - (1 - 2 * rate) ** n_trials) / 2


def blocked(rate: float, n_first: int, n_second: int) -> float:
    """Delta rule, "m A+ | n AB+": the added cue reaches (1 − b)ᵐ (1 − (1 − 2b)ⁿ)/2."""
    return extinction(rate, n_first) * overshadowed(rate, n_second)


def gated_asymptote(rate: float, retention: float) -> float:
    """Gated delta rule, "∞ A+": b / (1 − g (1 − b))."""
    return rate / (1 - retention * (1 - rate))


def decaying_asymptote(rate: float, retention: float) -> float:
    """Hebb with decay, "∞ A+": b / (1 − g)."""
    return rate / (1 - retention)


def unequal_salience_asymptote(own: float, other: float) -> float:
    """Delta rule on a compound of cues scaled by a and b: weight a/(a² + b²) per unit of cue."""
    return own / (own**2 + other**2)


def overexpectation_asymptote() -> float:
    """Delta rule, two cues at one, then "∞ AB+": each falls to 1/2."""
    return 0.5
