"""Answers to "tent-score": in logarithms with the Beta function, and three slips."""

import math

from scipy.special import beta, betaln


def right(width, alpha):
    power = 1 / (alpha - 1)
    log_mass = math.log(2) + betaln(1, power + 1) + power * math.log((alpha - 1) / width)
    half_support = math.exp(-log_mass / (power + 1))
    return half_support, half_support**2 * beta(3, power + 1) / beta(1, power + 1)


def one_half_only(width, alpha):
    """Integrates over one half of the support."""
    power = 1 / (alpha - 1)
    half_support = ((power + 1) * (width * power) ** power) ** (1 / (power + 1))
    return half_support, right(width, alpha)[1]


def infinite_support(width, alpha):
    return math.inf, 2 * width**2


def variance_of_the_parabola(width, alpha):
    half_support, _ = right(width, alpha)
    return half_support, half_support**2 * (alpha - 1) / (3 * alpha - 1)


WRONG = {
    "a length": [infinite_support],
    "mass one": [one_half_only],
    "variance": [variance_of_the_parabola],
}
