"""Answers to "threshold-of-length": one that is right, and mistakes that each break a law."""

import math

from scipy.optimize import brentq
from scipy.stats import norm


def right(n_keys):
    def surplus(t):
        return n_keys * (norm.pdf(t) - t * norm.sf(t)) - 1

    return brentq(surplus, -3.0, 20.0, xtol=1e-13)


def one_for_all(n_keys):
    return 1.0


def made_for_short_rows(n_keys):
    return 1.0 - math.log(n_keys)


def logarithm(n_keys):
    return math.log(n_keys)


def quantile(n_keys):
    """One key above it on average, whatever its weight."""
    return float(norm.isf(min(1 / n_keys, 1 - 1e-9)))


def highest_score(n_keys):
    return math.sqrt(2 * math.log(n_keys)) - 1e-9


def density_alone(n_keys):
    return brentq(lambda t: n_keys * norm.pdf(t) - 1, 0.0, 20.0) if n_keys > 2 else -0.1 / n_keys


def right_for_short_rows_only(n_keys):
    return right(n_keys) if n_keys < 5000 else math.sqrt(2 * math.log(n_keys)) - 1


WRONG = {
    "longer rows": [one_for_all, made_for_short_rows],
    "below the best": [logarithm],
    "sum of one": [quantile, highest_score, density_alone, right_for_short_rows_only],
}
