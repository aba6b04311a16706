"""How many pairs one head holds: four laws, and the bound that no keys pass.

The pairs are those of `signal`: unit keys uniform on the sphere, summed into one state.
"""

import math
from typing import Annotated

from scipy.special import poch

from attnkit.arguments import Range, checked
from attnkit.memory.capacity.theory.signal import all_bits_probability
from attnkit.memory.shared.quantities import Pairs, Tolerance, Width

__all__ = [
    "average_capacity",
    "coherence_capacity",
    "perfect_recall_capacity",
    "welch_bound",
    "worst_case_capacity",
]


@checked
def average_capacity(d_key: Width, tolerance: Tolerance) -> float:
    """Return 1 + ε² d: the pairs at which the root-mean-square error is ε of the value.

    The average law, linear in d. Derived here.

    Parameters
    ----------
    d_key : int
        Key width d.
    tolerance : float
        The allowed error ε over the size of a value.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.
    """
    return 1 + tolerance**2 * d_key


@checked
def worst_case_capacity(d_key: Width, tolerance: Tolerance) -> float:
    """Return 1 + ε/E|k·k'| ≈ 1 + ε √(π d/2): the pairs at which the worst values cost ε.

    The summed size of the overlaps, which values of unit size can line up with; E|k·k'| is
    Γ(d/2)/(√π Γ((d + 1)/2)). Grows as √d. Derived here.

    Parameters
    ----------
    d_key : int
        Key width d.
    tolerance : float
        The allowed error ε over the size of a value.

    Raises
    ------
    ValueError, TypeError
        As `average_capacity`.
    """
    # The ratio of the two gammas; a difference of their logarithms loses digits from d = 10⁶ on.
    return 1 + tolerance * math.sqrt(math.pi) * float(poch(d_key / 2, 0.5))


@checked
def coherence_capacity(d_key: Width, tolerance: Tolerance) -> float:
    """Return the n at which (n − 1) √(4 ln n/d) = ε: a guarantee from the largest overlap alone.

    √(4 ln n/d) is the typical largest of n²/2 overlaps. About ε √(d/(4 ln n)). Derived here.

    Parameters
    ----------
    d_key : int
        Key width d.
    tolerance : float
        The allowed error ε over the size of a value.

    Raises
    ------
    ValueError, TypeError
        As `average_capacity`.
    """
    low, high = 1.0, 2.0 + tolerance * d_key
    for _ in range(120):
        middle = (low + high) / 2
        cost = (middle - 1) * math.sqrt(4 * math.log(middle) / d_key)
        low, high = (middle, high) if cost < tolerance else (low, middle)
    return low


@checked
def welch_bound(n_pairs: Pairs, d_key: Width) -> float:
    """Return √((n − d)/(d (n − 1))) for n > d, else 0: the least largest overlap of n unit keys.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        As `average_capacity`.

    References
    ----------
    Welch 1974, "Lower bounds on the maximum cross correlation of signals".
    """
    if n_pairs <= d_key:
        return 0.0
    return math.sqrt((n_pairs - d_key) / (d_key * (n_pairs - 1)))


@checked
def perfect_recall_capacity(
    d_key: Width,
    d_value: Width,
    *,
    probability: Annotated[float, Range(0.0, 1.0, open=True)] = 0.5,
) -> float:
    """Return the n at which all n d_value signs are right with this probability.

    About d/(2 ln(n d_value)).

    Parameters
    ----------
    d_key : int
        Key width d.
    d_value : int
        Signs in a value.
    probability : float
        The chance that no sign is wrong.

    Raises
    ------
    ValueError, TypeError
        As `average_capacity`.

    References
    ----------
    McEliece et al. 1987, "The capacity of the Hopfield associative memory", for the law.
    """
    low, high = 1.0, 2.0
    while high < d_key * 1e3 and all_bits_probability(high, d_key, d_value) > probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        good = all_bits_probability(middle, d_key, d_value) > probability
        low, high = (middle, high) if good else (low, middle)
    return low
