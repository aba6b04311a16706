"""What a softmax of n independent normal scores becomes when log n is large.

With standard deviation σ the largest score is about σ √(2 log n). Below the freezing spread
σ = √(2 log n) very many keys share the weight, and sums are their means; above it the largest few
have it all. Physicists know the model as the random energy model.
"""

import math
from typing import Annotated

from scipy.special import log_ndtr

from attnkit.arguments import Range, checked

__all__ = [
    "dispersed_entropy",
    "freezing_spread",
    "log_partition",
    "needle_above_all",
    "needle_among_equals",
    "needle_in_noise",
]

Count = Annotated[float, Range(1.0, 1e300)]
Gap = Annotated[float, Range(-1e9, 1e9)]
Spread = Annotated[float, Range(0.0, 1e9)]


@checked
def freezing_spread(n_keys: Count) -> float:
    r"""Return the spread √(2 log n) from which on the largest of n normal scores have all weight.

    Parameters
    ----------
    n_keys : float
        Keys n.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    References
    ----------
    Derrida 1981, "Random-energy model: an exactly solvable model of disordered systems".
    """
    return math.sqrt(2 * math.log(n_keys))


@checked
def dispersed_entropy(n_keys: Count, spread: Spread) -> float:
    r"""Return max(log n − σ²/2, 0), the entropy of a softmax of n normal scores.

    Exact to leading order in log n. Each doubling of n costs log 2 of concentration, unless the
    spread grows with it.

    Parameters
    ----------
    n_keys : float
        Keys n.
    spread : float
        Standard deviation σ of the scores, after any scale.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    References
    ----------
    Derrida 1981; the entropy is its free energy differentiated, for weights instead of states.
    """
    return max(math.log(n_keys) - spread**2 / 2, 0.0)


@checked
def log_partition(n_keys: Count, spread: Spread) -> float:
    r"""Return log Σ exp z of n normal scores to leading order: log n + σ²/2, or σ √(2 log n).

    The first below the freezing spread, the second, which is the largest score, above it.

    Parameters
    ----------
    n_keys : float
        Scores n.
    spread : float
        Their standard deviation σ.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    References
    ----------
    Derrida 1981.
    """
    freezing = freezing_spread(n_keys)
    return math.log(n_keys) + spread**2 / 2 if spread <= freezing else spread * freezing


@checked
def needle_among_equals(n_keys: Count, gap: Gap) -> float:
    r"""Return 1/(1 + (n − 1) e^−D), the weight of a needle at D above n − 1 equal rivals.

    With the scale s log n it is 1/(1 + (n − 1) n^−sD), one half at sD = 1 for any long row.

    Parameters
    ----------
    n_keys : float
        Keys n, the needle among them.
    gap : float
        Its lead D, after any scale.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    Notes
    -----
    Derived here; Nakanishi 2025, section 2, argues with the same row.
    """
    return _share(gap - math.log(n_keys - 1)) if n_keys > 1 else 1.0


@checked
def needle_in_noise(n_keys: Count, gap: Gap, spread: Spread) -> float:
    r"""Return 1/(1 + Z e^−D), the weight of a needle at D above the mean of normal rivals.

    log Z is `log_partition` of n − 1 rivals. As long as D > σ √(2 log n) some scale keeps the
    needle; from there on none does, since a rival stands higher. For a single row near freezing,
    not for the mean of many: some rows have no high rival, and `needle_above_all` counts them.

    Parameters
    ----------
    n_keys : float
        Keys n, the needle among them.
    gap, spread : float
        Lead D over the rivals' mean and their standard deviation σ, both after any scale.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    Notes
    -----
    Derived here from Derrida 1981.
    """
    return _share(gap - log_partition(n_keys - 1, spread)) if n_keys >= 2 else 1.0


@checked
def needle_above_all(n_keys: Count, gap: Gap, spread: Spread) -> float:
    r"""Return Φ(D/σ)^(n − 1), the chance that no normal rival stands above the needle.

    The mean weight of the needle when the scale is large: some key has all, and this often it is
    the needle. No scale changes who stands highest.

    Parameters
    ----------
    n_keys : float
        Keys n, the needle among them.
    gap, spread : float
        Lead D over the rivals' mean and their standard deviation σ, at any one scale.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    Notes
    -----
    Derived here.
    """
    if spread == 0:
        return 1.0 if gap > 0 or n_keys == 1 else 0.0
    return math.exp((n_keys - 1) * float(log_ndtr(gap / spread)))


def _share(lead: float) -> float:
    """The logistic function, for leads of any size."""
    return 0.5 * (1 + math.tanh(lead / 2))
