"""Answers to "heads-for-a-percent": moments by quadrature, and four slips."""

import math

from scipy.integrate import quad


def right(n_heads):
    def moment(power):
        return quad(lambda s: s**power * math.exp(-s * s / 2), 0, 12)[0] / math.sqrt(2 * math.pi)

    return math.sqrt((moment(4) / moment(2) ** 2 - 1) / n_heads)


def variance(n_heads):
    return right(n_heads) ** 2


def constant_one(n_heads):
    return n_heads**-0.5


def not_rectified(n_heads):
    return (2 / n_heads) ** 0.5


def mean_square_not_halved(n_heads):
    return (11 / n_heads) ** 0.5


WRONG = {
    "rate": [variance],
    "measured": [constant_one, not_rectified, mean_square_not_halved],
}
