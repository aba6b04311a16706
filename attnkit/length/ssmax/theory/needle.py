"""The weight of a needle among rivals, when log n is large."""

import math
from typing import Annotated

from scipy.special import log_ndtr

from attnkit.arguments import Range, checked
from attnkit.length.ssmax.theory.normal_scores import Count, Spread, log_partition

__all__ = ["needle_above_all", "needle_among_equals", "needle_in_noise"]

Gap = Annotated[float, Range(-1e9, 1e9)]


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
