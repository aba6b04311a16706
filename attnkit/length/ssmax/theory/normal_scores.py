"""What a softmax of n independent normal scores becomes when log n is large.

With standard deviation σ the largest score is about σ √(2 log n). Below the freezing spread
σ = √(2 log n) very many keys share the weight, and sums are their means; above it the largest few
have it all. Physicists know the model as the random energy model.
"""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["dispersed_entropy", "freezing_spread", "log_partition"]

Count = Annotated[float, Range(1.0, 1e300)]
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
